import { Field, InputType, Int } from 'type-graphql';
import { enumOf } from '../enum.js';
import { DateTime } from '../scalars.js';
import { PlanChoiceInput } from './plan-choice.js';

export const ChangeTiming = enumOf('ChangeTiming', 'When a change takes effect.', {
  NOW: 'At once.',
  AT_PERIOD_END: 'When the period that is paid for ends.',
});
export type ChangeTiming = keyof typeof ChangeTiming;

@InputType('PlanChangeInput', { description: 'The plan to change to, and when.' })
export class PlanChangeInput extends PlanChoiceInput {
  @Field(() => Int, { nullable: true, description: 'Seats. Default: as many as now.' })
  quantity?: number | null;

  @Field(() => ChangeTiming, {
    nullable: true,
    defaultValue: 'NOW',
    description: 'NOW charges or credits the difference at once; a declined charge keeps the old plan.',
  })
  timing?: ChangeTiming | null;

  @Field(() => DateTime, { nullable: true, description: 'From the preview, so that the charge equals the quote.' })
  prorationDate?: Date | null;
}
