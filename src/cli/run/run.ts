import { Command } from 'commander'
import type { Console } from '../console.ts'
import { defaultConfigFile } from '../default-config.ts'
import { appendValue } from '../option-parsers.ts'
import { loadInWorker } from './config-worker-client.ts'
import { openSignals } from './signals.ts'

interface RunOptions {
  readonly config?: string
  readonly set: readonly string[]
  readonly lan?: true
}

const EXAMPLES = `
Examples:
  neurond                                    a neuron on this machine, knob and LED simulated
  neurond --set input.shape=hand             turn the knob yourself, with the arrow keys
  neurond --set preset=bio                   ten times faster, as in the cortex
  neurond --set loop.speed=0.1               ten times slow motion
  neurond --set mqtt.url=mqtt://raspi:1883   publish to your own broker
  neurond --config config/my.yaml            settings from a file

Lessons are those of the package, and the YAML files in the folder lessons beside the configuration file: a file that is
put there is offered on the dashboard at once. "neurond lesson --help" tells more.
`

/**
 * `neurond run`: runs the daemon until Ctrl-C or SIGTERM, or until its terminal is closed. Without a terminal it reads
 * its configuration again at SIGHUP.
 */
export function runCommand(console: Console): Command {
  return new Command('run')
    .description('run the neuron in real time (the default command)')
    .option(
      '-c, --config <file>',
      'configuration file (default: config/pi.yaml on a Raspberry Pi, else config/desktop.yaml)',
    )
    .option('--set <key=value>', 'change one setting, for example mqtt.url=…; may be repeated', appendValue, [])
    .option('--lan', 'serve the dashboard to the whole network (web.host=0.0.0.0)')
    .addHelpText('after', EXAMPLES)
    .action((options: RunOptions) => run(options, console))
}

async function run(options: RunOptions, console: Console): Promise<void> {
  const signals = openSignals()
  const request = {
    file: options.config ?? defaultConfigFile(),
    set: [...(options.lan ? ['web.host=0.0.0.0'] : []), ...options.set],
    env: { ...console.env },
  }
  try {
    // A worker reads the settings while everything else is loaded.
    const [loaded, { runDaemon }] = await Promise.all([loadInWorker(request), import('./run-daemon.ts')])
    await runDaemon(loaded, request, signals, console)
  } finally {
    signals.close()
  }
}
