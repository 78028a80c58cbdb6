#!/usr/bin/env node
import { Command, Option } from 'commander';
import { seconds } from './duration.js';
import { fail } from './output.js';

// What a command does is imported when it is asked for: `tollgate token` need not wait for a database driver.
const program = new Command('tollgate')
  .description('A GraphQL billing API gateway over Stripe.')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'tollgate: ')) })
  .showSuggestionAfterError(false);

const json = new Option('--json', 'report as JSON');
const command = (name: string, description: string) =>
  program.command(name).description(description).allowExcessArguments(false);

command('start', 'Start the gateway, and what the settings do not replace: an embedded PostgreSQL and Stripe sandbox.')
  .addOption(new Option('--json', 'print the ready line, and the log, as JSON'))
  .action(async (options) => (await import('./start.js')).start(options));

command('migrate', "Bring the database's tables up to date.")
  .addOption(json)
  .action(async (options) => (await import('./migrate.js')).migrateDatabase(options));

command('token', 'Print a token signed with the development keys, and nothing else.')
  .requiredOption('--user <sub>', 'whose token it is, e.g. user_alice')
  .option('--org <id>', 'the organization the user acts for, e.g. org_acme')
  .option('--scope <scopes>', 'scopes with spaces between, e.g. "billing:write"')
  .addOption(
    new Option('--expires <duration>', 'how long it is good for, e.g. 30m, 1h, 7d')
      .argParser(seconds)
      .default(3_600, '1h'),
  )
  .action(async (options) => (await import('./token.js')).token(options));

command('backfill', 'Read everything from Stripe into the mirror; goes on where an unfinished run stopped.')
  .addOption(json)
  .action(async (options) => (await import('./backfill.js')).backfillMirror(options));

command('link', 'Adopt Stripe customers that exist already.')
  .option('--user <sub>', 'the user who owns the customer')
  .option('--org <id>', 'or the organization that does')
  .option('--customer <id>', 'the customer, cus_…')
  .option('--file <path>', 'many at once: lines like user:user_alice,cus_…')
  .addOption(json)
  .action(async (options) => (await import('./link.js')).link(options));

command('sandbox', 'Run the Stripe sandbox alone, for development and tests.')
  .option('--port <number>', 'port to listen on (default: SANDBOX_PORT, 4010)')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--data-dir <path>', 'where it keeps its state (default: sandbox below DATA_DIR)')
  .option('--snapshot <file>', 'start from a snapshot of a sandbox, unless there is a state already')
  .option('--no-seed', 'without the default catalogue')
  .option('--seed-file <file>', 'put a catalogue and customers of your own in place (YAML)')
  .addOption(json)
  .action(async (options) => (await import('./sandbox.js')).sandbox(options));

await program.parseAsync().catch(fail);
