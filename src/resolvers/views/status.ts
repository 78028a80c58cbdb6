import { emptyStatus } from '../../access/status.js';
import type { StatusNotice } from '../../access/status-types.js';
import type { LoadedAccount } from '../../db/reads/rows.js';
import type { BillingStatus, Notice } from '../../schema/billing-status.js';
import { StatusCause } from '../../schema/billing-status.js';
import { fromStripe } from '../../schema/enum.js';
import { accessReads } from './account.js';
import { payReads } from './pay-by-link.js';

export class StatusView implements Omit<BillingStatus, 'access'> {
  /** @param path tells apart what was loaded for this status and for itself seen from elsewhere */
  constructor(
    readonly row: LoadedAccount,
    readonly path = '',
  ) {}

  get accountId() {
    return this.row.id;
  }
  get version() {
    return this.row.version;
  }
  get changedAt() {
    return this.row.changedAt;
  }
  get cause() {
    return fromStripe(StatusCause, this.row.cause);
  }
  get notices() {
    return (this.row.status ?? emptyStatus).notices.map((notice) => new NoticeView(notice, this.row));
  }
}

export class NoticeView implements Notice {
  constructor(
    readonly notice: StatusNotice,
    readonly row: LoadedAccount,
  ) {}

  get kind() {
    return this.notice.kind;
  }
  get severity() {
    return this.notice.severity;
  }
  get dueAt() {
    return this.notice.dueAt;
  }
}

export const statusReads = {
  accountId: ['id'],
  version: ['version'],
  changedAt: ['changedAt'],
  cause: ['cause'],
  access: accessReads,
};
export const noticeReads = {
  kind: ['status'],
  severity: ['status'],
  dueAt: ['status'],
  nextAction: ['noticeInvoices.id', ...payReads.map((column) => `noticeInvoices.${column}`)],
};
