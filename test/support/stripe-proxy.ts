import { createServer, request as httpRequest, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxiedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: string;
  body: string;
  headers: IncomingHttpHeaders;
}
export type Match = (request: ProxiedRequest) => boolean;

export interface Hold {
  /** Resolves when the next request that was not yet waited for is being held. */
  arrived(): Promise<ProxiedRequest>;
  /** Lets everything held go on, and whatever matches later. */
  release(): void;
  /** Cuts the connections of what is held, as a network does, and holds no more. */
  drop(): void;
}

export interface StripeProxy {
  url: string;
  /** Everything that was asked, in order of arrival. */
  requests: ProxiedRequest[];
  /** Holds matching requests: `before` Stripe sees them, or with the `answer` of Stripe in hand (its effect is done). */
  hold(match: Match, at?: 'before' | 'answer', times?: number): Hold;
  /** Answers matching requests itself; without `times` until `restore`. */
  answer(
    match: Match,
    response: { status: number; body?: unknown; headers?: Record<string, string> },
    times?: number,
  ): void;
  /** Every request passes again; what is held goes on. */
  restore(): void;
  close(): Promise<void>;
}

/** `GET /v1/subscriptions/sub_1` and the like; a trailing `*` stands for any rest. */
export function route(method: string, path: string): Match {
  return (request) =>
    request.method === method &&
    (path.endsWith('*') ? request.path.startsWith(path.slice(0, -1)) : request.path === path);
}

interface Rule {
  match: Match;
  left: number;
  at: 'before' | 'answer' | 'instead';
  act(exchange: Exchange): void;
  end(): void;
}
interface Exchange {
  request: ProxiedRequest;
  response: ServerResponse;
  goOn(): void;
}

/** A controllable network between the gateway and a Stripe (the sandbox): tests decide which request passes when. */
export async function startStripeProxy(target: string): Promise<StripeProxy> {
  const requests: ProxiedRequest[] = [];
  let rules: Rule[] = [];

  const take = (request: ProxiedRequest, stage: Rule['at'][]): Rule | undefined => {
    const rule = rules.find((r) => r.left > 0 && stage.includes(r.at) && r.match(request));
    if (rule) rule.left -= 1;
    return rule;
  };

  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
    const request = { method: incoming.method ?? '', path, query, body: body.toString(), headers: incoming.headers };
    requests.push(request);

    const forward = () => {
      const upstream = httpRequest(
        new URL(incoming.url ?? '/', target),
        { method: request.method, headers: { ...incoming.headers, host: new URL(target).host } },
        async (answer) => {
          const parts: Buffer[] = [];
          for await (const part of answer) parts.push(part as Buffer);
          const finish = () => {
            if (response.destroyed) return;
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            response.end(Buffer.concat(parts));
          };
          const late = take(request, ['answer']);
          if (late) late.act({ request, response, goOn: finish });
          else finish();
        },
      );
      upstream.on('error', () => response.destroy());
      upstream.end(body);
    };
    const early = take(request, ['before', 'instead']);
    if (early) early.act({ request, response, goOn: forward });
    else forward();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const restore = () => {
    const ended = rules;
    rules = [];
    for (const rule of ended) rule.end();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hold: (match, at = 'before', times = Number.POSITIVE_INFINITY) => {
      const { rule, hold } = createHold(match, at, times);
      rules.push(rule);
      return hold;
    },
    answer: (match, { status, body = {}, headers = {} }, times = Number.POSITIVE_INFINITY) => {
      const act = ({ response }: Exchange) => {
        response.writeHead(status, { 'content-type': 'application/json', date: new Date().toUTCString(), ...headers });
        response.end(JSON.stringify(body));
      };
      rules.push({ match, left: times, at: 'instead', act, end: () => {} });
    },
    restore,
    close: async () => {
      restore();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function createHold(match: Match, at: 'before' | 'answer', times: number): { rule: Rule; hold: Hold } {
  const held: Exchange[] = [];
  const seen: ProxiedRequest[] = [];
  const waiting: ((request: ProxiedRequest) => void)[] = [];
  const rule: Rule = {
    match,
    left: times,
    at,
    act: (exchange) => {
      held.push(exchange);
      const waiter = waiting.shift();
      if (waiter) waiter(exchange.request);
      else seen.push(exchange.request);
    },
    end: () => hold.release(),
  };
  const hold: Hold = {
    arrived: () => {
      const request = seen.shift();
      return request ? Promise.resolve(request) : new Promise((resolve) => waiting.push(resolve));
    },
    release: () => {
      rule.left = 0;
      for (const exchange of held.splice(0)) exchange.goOn();
    },
    drop: () => {
      rule.left = 0;
      for (const exchange of held.splice(0)) exchange.response.destroy();
    },
  };
  return { rule, hold };
}
