import { ConfigError } from '../errors.js';
import type { Settings } from './settings.js';

/**
 * Settings of the contract that nothing follows yet. One that the operator relies on for safety or correctness is
 * refused rather than ignored; of the others the answer tells, for the log.
 * @throws ConfigError
 */
export function checkUnbuilt({ redisUrl, http, database, proof, otlpEndpoint, policy }: Settings): string[] {
  const refused = [
    ...(redisUrl ? ['REDIS_URL is not offered yet: leave it unset, and PostgreSQL carries the signals.'] : []),
    ...(http.persistedOperationsFile
      ? ['PERSISTED_OPERATIONS_FILE is not offered yet: every operation would run. Leave it unset.']
      : []),
    ...(policy.disputes === 'ignore' ? ['DISPUTE_POLICY=ignore is not offered yet: disputes are not looked at.'] : []),
  ];
  if (refused.length > 0) throw new ConfigError(refused);
  return [
    ...(database && database.replicaUrls.length > 0 ? ['DATABASE_REPLICA_URL'] : []),
    ...(proof.privateKeys.length > 0 ? ['PROOF_PRIVATE_KEY'] : []),
    ...(otlpEndpoint ? ['OTEL_EXPORTER_OTLP_ENDPOINT'] : []),
  ];
}
