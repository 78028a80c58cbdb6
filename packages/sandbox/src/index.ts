export { API_VERSION, type Sandbox, type SandboxOptions, startSandbox } from './sandbox.js';
