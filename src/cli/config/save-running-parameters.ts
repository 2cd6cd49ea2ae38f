import { Command, InvalidArgumentError } from 'commander'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadConfig, readConfigText } from '../../config/load.ts'
import { replaceFile } from '../../config/read-and-replace-file.ts'
import { type LiveValues, type SavedText, yamlWithLiveValues } from '../../config/yaml-edits.ts'
import { type Console, confirm } from '../console.ts'
import { defaultConfigFile } from '../default-config.ts'
import { INTERRUPTED_EXIT_CODE, InterruptedError } from '../interruption.ts'

/** What the command needs besides the console: files, and the dashboard of the neuron. */
export interface SaveContext {
  readonly defaultFile: string
  /** @throws Error that says what to do */
  readonly readFile: (path: string) => string
  readonly replaceFile: typeof replaceFile
  /** The JSON at an address. @throws Error when nothing answers there */
  readonly fetchJson: (url: string) => Promise<object>
}

interface Options {
  readonly from?: string
  readonly yes?: true
  readonly json?: true
}

const TIMEOUT_MS = 5000

const SEED_HELP = `
The seed of the noise is written where the file gives one. Where it gives none, each start draws another: to keep the one
that holds now, add neuron.seed to the file, as GET /api/params shows it.
`

/** `neurond config save`: writes what was changed while the neuron ran into its file. */
export function saveCommand(console: Console, context: SaveContext = saveContext()): Command {
  return new Command('save')
    .description('write the current parameters of a running neuron into a configuration file; its comments are kept')
    .argument('[FILE]', 'the file to write; without one, only the differences to the default file are shown')
    .option(
      '--from <url>',
      'the dashboard of the neuron (default: at web.port of the file, on this machine)',
      dashboardUrl,
    )
    .option('-y, --yes', 'write without asking')
    .option('--json', 'for programs: {"ok":…,"changes":[{"path","from","to"}],"written"}; asks nothing')
    .addHelpText('after', SEED_HELP)
    .exitOverride()
    .action((file: string | undefined, options: Options) => save(console, context, file, options))
}

async function save(
  console: Console,
  context: SaveContext,
  named: string | undefined,
  options: Options,
): Promise<void> {
  try {
    const kept = await differences(console, context, named ?? context.defaultFile, options.from)
    if (!options.json) console.print(shown(kept))
    const writes = named !== undefined && kept.changes.length > 0 && (await mayWrite(console, named, options))
    if (writes) context.replaceFile(named, kept.text)
    if (options.json)
      console.print(`${JSON.stringify({ ok: true, changes: kept.changes, written: writes }, null, 2)}\n`)
    else console.print(ending(kept, named, writes))
    // A script without --yes must notice that nothing was written. A user who answered no knows it.
    const isUnasked = named !== undefined && kept.changes.length > 0 && !options.yes && !console.isTerminal.input
    if (isUnasked && !options.json) console.setExitCode(1)
  } catch (error) {
    const hasLeft = error instanceof InterruptedError
    const message = hasLeft ? 'interrupted; nothing was written' : (error as Error).message
    if (options.json) console.print(`${JSON.stringify({ ok: false, error: message }, null, 2)}\n`)
    else console.printError(`${hasLeft ? '\n' : ''}neurond config save: ${message}\n`)
    console.setExitCode(hasLeft ? INTERRUPTED_EXIT_CODE : 1)
  }
}

async function differences(
  { env, hostname }: Console,
  context: SaveContext,
  file: string,
  from: string | undefined,
): Promise<SavedText> {
  const text = context.readFile(file)
  const alone = (text: string) =>
    loadConfig({ file, env: {}, set: [], drivers: DRIVERS, hostname, readFile: () => text })
  const { web } = loadConfig({ file, env, set: [], drivers: DRIVERS, hostname, readFile: () => text })
  if (from === undefined && web.port === 0) {
    throw new Error('web.port is 0, so the port is unknown: name the dashboard, like --from http://127.0.0.1:8080')
  }
  const url = from ?? `http://127.0.0.1:${web.port}`
  await refuseLesson(context, url)
  return yamlWithLiveValues(text, await liveAt(context, url), undefined, alone)
}

/** http:// may be left out; what follows the port, as in the link for control, too. */
function dashboardUrl(from: string): string {
  const url = from.includes('://') ? from : `http://${from}`
  if (URL.canParse(url) && /^https?:/.test(url)) return new URL(url).origin
  throw new InvalidArgumentError('It must be the address of a dashboard, like http://127.0.0.1:8080.')
}

/** @throws Error while a lesson runs: it has set the parameters, and puts them back */
async function refuseLesson({ fetchJson }: SaveContext, url: string): Promise<void> {
  // A neuron without an answer has no lesson, or none at all: the next request says so.
  const { running } = (await fetchJson(`${url}/api/lesson`).catch(() => ({}) as object)) as {
    running?: { title: string } | null
  }
  if (running) throw new Error(`the parameters are those of the lesson "${running.title}" now: stop it first`)
}

async function liveAt({ fetchJson }: SaveContext, url: string): Promise<LiveValues> {
  try {
    const {
      rev: _rev,
      synapses,
      ...params
    } = (await fetchJson(`${url}/api/params`)) as {
      rev: number
      synapses?: readonly unknown[]
    }
    return { params, synapses }
  } catch (cause) {
    const advice = 'is it running, and its dashboard on? Another address: --from http://HOST:PORT'
    throw new Error(`no neuron answers at ${url} (${(cause as Error).message}): ${advice}`, { cause })
  }
}

async function mayWrite(console: Console, file: string, { yes, json }: Options): Promise<boolean> {
  if (yes) return true
  if (json || !console.isTerminal.input) return false
  const { signal, close } = console.openInterruption()
  return confirm(console, `Write this into ${file}? [Y/n] `, signal).finally(close)
}

function shown({ changes }: SavedText): string {
  return changes.map(({ path, from, to }) => `${path}: ${JSON.stringify(from)} → ${JSON.stringify(to)}\n`).join('')
}

function ending({ changes }: SavedText, file: string | undefined, written: boolean): string {
  if (changes.length === 0) return 'The file has these values already: nothing to write.\n'
  if (written) return `Written to ${file}; its comments are kept.\n`
  if (file === undefined) return 'Nothing is written: name the file, like neurond config save my.yaml\n'
  return `Nothing is written to ${file}: --yes writes it.\n`
}

function saveContext(): SaveContext {
  return { defaultFile: defaultConfigFile(), readFile: readConfigText, replaceFile, fetchJson }
}

async function fetchJson(url: string): Promise<object> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: Error) => {
    throw new Error(((error.cause as Error | undefined) ?? error).message, { cause: error })
  })
  if (!answer.ok) throw new Error(`it answers ${answer.status}`)
  return (await answer.json()) as object
}
