/** One event on its way to one endpoint. Kept until it is delivered or given up. */
export interface Delivery {
  id: string;
  event: string;
  endpoint: string;
  /** Attempts made so far. */
  attempts: number;
  /** Sandbox clock in milliseconds; retries become due when the clock is advanced, too. */
  nextAttemptAt: number;
  created: number;
}
