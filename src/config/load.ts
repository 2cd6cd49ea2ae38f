import { statSync } from 'node:fs'
import type { Driver } from '../../drivers/contract.ts'
import { environmentSettings, flagSettings } from './environment-and-flags.ts'
import { ConfigError } from './messages.ts'
import { adviceOnReading, readTextFile } from './read-and-replace-file.ts'
import { type LoadedConfig, resolveConfig } from './resolve.ts'
import { type Config, knownKeys } from './schema.ts'
import { type ParsedConfigYaml, parseConfigYaml } from './yaml-file.ts'

/** Where a configuration comes from, beside the built-in defaults: file, environment, flags, each over the one before. */
export interface Sources {
  /** A YAML file; undefined means none. */
  readonly file?: string | undefined
  /** NEUROND_MQTT__URL and the like; other variables are ignored. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `mqtt.url=…`, as given with --set. */
  readonly set: readonly string[]
  readonly drivers: readonly Driver[]
  /** The machine's name: the default of `id`. */
  readonly hostname: string
  /** Reads the file; throws Node's errors. */
  readonly readFile?: (path: string) => string
}

/**
 * The configuration, deep-frozen.
 * @throws ConfigError with every complaint at once.
 */
export function loadConfig(sources: Sources): Config {
  return loadWithOrigins(sources).config
}

/**
 * The configuration, and the origin of each value in it.
 * @throws ConfigError with every complaint at once.
 */
export function loadWithOrigins({ file, env, set, drivers, hostname, readFile = readText }: Sources): LoadedConfig {
  const document = file === undefined ? NO_DOCUMENT : readDocument(file, readFile)
  const flags = flagSettings(set)
  const complaints = [...document.complaints, ...flags.complaints]
  if (document.isBroken) throw new ConfigError(complaints)
  const layers = [document.settings, environmentSettings(env, knownKeys(drivers)), flags.settings]
  return resolveConfig(layers, complaints, drivers, hostname)
}

const NO_DOCUMENT: ParsedConfigYaml = { settings: [], complaints: [], isBroken: false }

/** Larger than any configuration, bytes. */
const MOST_BYTES = 1e6

/**
 * The text of a configuration file.
 * @throws Error that says what to do
 */
export function readConfigText(path: string): string {
  try {
    return readText(path)
  } catch (cause) {
    throw new Error(`${path}: ${readingAdvice(cause)}`, { cause })
  }
}

function readText(path: string): string {
  const stat = statSync(path)
  if (stat.isCharacterDevice() || stat.isBlockDevice()) throw new Error('it is a device, not a file')
  if (stat.size > MOST_BYTES) throw new Error(`it has ${stat.size} bytes, at most ${MOST_BYTES} are read`)
  return readTextFile(path)
}

function readDocument(file: string, readFile: (path: string) => string): ParsedConfigYaml {
  try {
    return parseConfigYaml(readFile(file), file)
  } catch (cause) {
    throw new ConfigError([{ path: '', message: readingAdvice(cause), where: file }], { cause })
  }
}

function readingAdvice(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file: correct the path, or begin with a copy of config/desktop.yaml'
  return adviceOnReading(cause, 'YAML')
}
