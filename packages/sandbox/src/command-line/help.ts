import { API_VERSION } from '../versions/api-versions.js';

export const HELP = `tollgate-sandbox: an offline, stateful Stripe Billing server for development and tests.
It speaks Stripe's API at version ${API_VERSION}, on a clock that you move.

Usage:
  tollgate-sandbox [options]                 start a sandbox
  tollgate-sandbox seed [file] [--url …]     put a seed file (or the default catalogue) into a running one
  tollgate-sandbox snapshot [file] [--url …] write the whole state of a running one to a file (or standard output)
  tollgate-sandbox restore <file> [--url …]  replace the state of a running one by a snapshot

Where it listens:
  --port <number>      port to listen on (default 4010; 0 takes a free one)
  --host <address>     address to listen on (default 127.0.0.1: this machine only; 0.0.0.0 lets others in)

What it starts with:
  --data-dir <path>    keep the state in this directory, so that it survives even kill -9 (default: in memory only)
  --snapshot <file>    start from a snapshot, unless the data directory holds a state already
  --seed               put the default catalogue in place: three plans with prices, features and a meter
  --seed-file <file>   put a catalogue and customers of your own in place (YAML); what is there already stays

How it runs:
  --json               print the ready line as JSON: { url, port, pid }
  --exit-with-stdin    stop when standard input closes, so that it never outlives its parent

Else:
  --url <address>      the running sandbox that a command speaks to (default http://127.0.0.1:4010)
  --version            show the versions of this program and of Stripe's API
  --help               show this text

Examples:
  tollgate-sandbox --seed
  tollgate-sandbox --port 4010 --data-dir .sandbox --seed-file catalogue.yaml
  curl http://127.0.0.1:4010/v1/products -u sk_test_123:
  curl http://127.0.0.1:4010/_sandbox/clock -d '{"advance":"P1M"}'

Any key that starts with sk_test_ (or rk_test_, pk_test_) is accepted. A dashboard is at the address itself; the clock,
faults, keys and limits are below /_sandbox. The README has the rest.
`;
