// Keeps one process from outliving its parent: `node guard.mjs [--uid=N --gid=N] <command> [args…]`.
// The parent holds the other end of our stdin. When it closes, in order or by kill -9, the command gets SIGINT, after
// ten seconds SIGQUIT, after ten more SIGKILL. Plain JavaScript, so that it runs without a loader.
// Start it detached: a Ctrl-C at the terminal then reaches the parent only, which stops the command in its own order.
import { spawn } from 'node:child_process';

const words = process.argv.slice(2);
/** @type {{ uid?: number, gid?: number }} */
const identity = {};
while (words[0]?.startsWith('--')) {
  const [name, value] = /** @type {string} */ (words.shift()).slice(2).split('=');
  if (name === 'uid' || name === 'gid') identity[name] = Number(value);
}
const [command = '', ...args] = words;
const child = spawn(command, args, { ...identity, stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', (error) => {
  console.error(`fatal: ${command} cannot be started: ${error.message}`);
  process.exit(127);
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

let stopping = false;
function stop() {
  if (stopping) return;
  stopping = true;
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGQUIT'), 10_000);
  setTimeout(() => child.kill('SIGKILL'), 20_000);
}

process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop);
