export type { LoggedRequest } from './http/request-log.js';
export { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.js';
export { API_VERSION } from './versions/api-versions.js';
