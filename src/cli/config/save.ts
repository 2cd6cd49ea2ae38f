import { Command, InvalidArgumentError } from 'commander'
import { DRIVERS } from '../../../drivers/registry.ts'
import { replaceFile } from '../../config/files.ts'
import { loadConfig } from '../../config/load.ts'
import { type LiveValues, type SavedText, yamlWithLiveValues } from '../../config/save.ts'
import { INTERRUPTED, InterruptedError } from '../console.ts'

/** What the command sees of the machine, and of its user. */
export interface SaveDesk {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hostname: string
  readonly usualFile: string
  readonly readFile: (path: string) => string
  readonly replaceFile: typeof replaceFile
  /** The JSON at an address. @throws Error when nobody answers there */
  readonly fetchJson: (url: string) => Promise<object>
  /** Undefined where there is nobody to ask. */
  readonly confirmed: ((question: string) => Promise<boolean>) | undefined
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
  readonly exitWith: (code: number) => void
}

interface Options {
  readonly from?: string
  readonly yes?: true
  readonly json?: true
}

const PATIENCE_MS = 5000

/** `neurond config save`: what was changed while the neuron ran is written into its file. */
export function saveCommand(desk: SaveDesk): Command {
  return new Command('save')
    .description('write the parameters that a running neuron has now into a configuration file; its comments stay')
    .argument('[FILE]', 'the file to write; without one, only the differences to the usual file are shown')
    .option(
      '--from <url>',
      'the dashboard of the neuron (default: at web.port of the file, on this machine)',
      dashboardUrl,
    )
    .option('-y, --yes', 'write without asking')
    .option('--json', 'for programs: {"ok":…,"changes":[{"path","from","to"}],"written"}; asks nothing')
    .exitOverride()
    .action((file: string | undefined, options: Options) => save(desk, file, options))
}

async function save(desk: SaveDesk, named: string | undefined, options: Options): Promise<void> {
  try {
    const kept = await differences(desk, named ?? desk.usualFile, options.from)
    if (!options.json) desk.print(shown(kept))
    const writes = named !== undefined && kept.changes.length > 0 && (await mayWrite(desk, named, options))
    if (writes) desk.replaceFile(named, kept.text)
    if (options.json) desk.print(`${JSON.stringify({ ok: true, changes: kept.changes, written: writes }, null, 2)}\n`)
    else desk.print(ending(kept, named, writes))
    // A script that forgot --yes is to notice; whoever answers no has what they wanted.
    const isUnasked = named !== undefined && kept.changes.length > 0 && !options.yes && desk.confirmed === undefined
    if (isUnasked && !options.json) desk.exitWith(1)
  } catch (error) {
    const hasLeft = error instanceof InterruptedError
    const message = hasLeft ? 'interrupted; nothing was written' : (error as Error).message
    if (options.json) desk.print(`${JSON.stringify({ ok: false, error: message }, null, 2)}\n`)
    else desk.complain(`${hasLeft ? '\n' : ''}neurond config save: ${message}\n`)
    desk.exitWith(hasLeft ? INTERRUPTED : 1)
  }
}

async function differences(desk: SaveDesk, file: string, from: string | undefined): Promise<SavedText> {
  const { hostname, env } = desk
  const text = desk.readFile(file)
  const alone = (text: string) =>
    loadConfig({ file, env: {}, set: [], drivers: DRIVERS, hostname, readFile: () => text })
  const { web } = loadConfig({ file, env, set: [], drivers: DRIVERS, hostname, readFile: () => text })
  if (from === undefined && web.port === 0) {
    throw new Error('web.port is 0, so that any port may be it: name the dashboard, like --from http://127.0.0.1:8080')
  }
  return yamlWithLiveValues(text, await liveAt(desk, from ?? `http://127.0.0.1:${web.port}`), undefined, alone)
}

/** http:// may be left out; what follows the port, as in the link for control, too. */
function dashboardUrl(from: string): string {
  const url = from.includes('://') ? from : `http://${from}`
  if (URL.canParse(url) && /^https?:/.test(url)) return new URL(url).origin
  throw new InvalidArgumentError('It must be the address of a dashboard, like http://127.0.0.1:8080.')
}

async function liveAt({ fetchJson }: SaveDesk, url: string): Promise<LiveValues> {
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

async function mayWrite({ confirmed }: SaveDesk, file: string, { yes, json }: Options): Promise<boolean> {
  if (yes) return true
  return !json && confirmed !== undefined && (await confirmed(`Write this into ${file}? [Y/n] `))
}

function shown({ changes }: SavedText): string {
  return changes.map(({ path, from, to }) => `${path}: ${JSON.stringify(from)} → ${JSON.stringify(to)}\n`).join('')
}

function ending({ changes }: SavedText, file: string | undefined, written: boolean): string {
  if (changes.length === 0) return 'The file says already what holds: nothing to write.\n'
  if (written) return `Written to ${file}; its comments are kept.\n`
  if (file === undefined) return 'Nothing is written: name the file, like neurond config save my.yaml\n'
  return `Nothing is written to ${file}: --yes writes it.\n`
}

export const thisDesk: Pick<SaveDesk, 'replaceFile' | 'fetchJson'> = {
  replaceFile,
  async fetchJson(url) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch((error: Error) => {
      throw new Error(((error.cause as Error | undefined) ?? error).message, { cause: error })
    })
    if (!answer.ok) throw new Error(`it answers ${answer.status}`)
    return (await answer.json()) as object
  },
}
