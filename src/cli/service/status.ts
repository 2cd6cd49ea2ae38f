/** The state of the service, as systemd reports it. */
interface ServiceStatus {
  readonly installed: boolean
  readonly running: boolean
  /** It starts with this computer. */
  readonly enabled: boolean
  /** `active (running)`, `activating (auto-restart)`. */
  readonly state: string
  /** What the daemon reports: rate, broker, knob. */
  readonly words: string
  /** As systemd writes it; empty if it does not run. */
  readonly since: string
  /** How often systemd has started it again by itself. */
  readonly restarts: number
  /** How it ended last: success, exit-code, signal, watchdog. */
  readonly result: string
}

type RunProgram = (command: readonly [string, ...string[]]) => string

const PROPERTIES = ['LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'StatusText', 'NRestarts', 'Result']
const SINCE = 'ExecMainStartTimestamp'

export function serviceStatus(runProgram: RunProgram): ServiceStatus {
  const shown = runProgram(['systemctl', 'show', 'neurond', `--property=${[...PROPERTIES, SINCE].join(',')}`])
  const values = new Map(shown.split('\n').map(line => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]))
  const value = (name: string) => values.get(name) ?? ''
  const running = value('ActiveState') === 'active'
  return {
    installed: value('LoadState') === 'loaded',
    running,
    enabled: value('UnitFileState') === 'enabled',
    state: `${value('ActiveState')} (${value('SubState')})`,
    words: value('StatusText'),
    since: running ? value(SINCE) : '',
    restarts: Number(value('NRestarts')),
    result: value('Result'),
  }
}

export function formatServiceStatus({
  installed,
  enabled,
  state,
  words,
  since,
  restarts,
  result,
}: ServiceStatus): string {
  if (!installed) return 'The service is not installed: sudo neurond service install\n'
  const lines = [
    `neurond    ${state}${since === '' ? '' : `, since ${since}`}`,
    ...(words === '' ? [] : [`neuron     ${words}`]),
    `at boot    ${enabled ? 'starts with this computer' : 'does not start: sudo systemctl enable neurond'}`,
    `restarts   ${restarts}${result === 'success' ? '' : `, the last after: ${result}`}`,
    'log        journalctl --unit neurond --lines 20',
  ]
  return `${lines.join('\n')}\n`
}
