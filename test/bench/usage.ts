import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_S = 100

export interface Usage {
  /** Share of a core since the start of the measurement, %. */
  readonly cpuPercent: number
  /** Resident memory now, and the part of it that other processes do not share, MB. */
  readonly rssMb: number
  readonly ownMb: number
}

/** Begin to measure a process (proc(5)); each call of what is returned tells its usage since then. */
export function usageOf(pid: number): () => Usage {
  const startS = cpuS(pid)
  const startedMs = performance.now()
  return () => ({
    cpuPercent: ((cpuS(pid) - startS) / (performance.now() - startedMs)) * 1e5,
    rssMb: kb(`/proc/${pid}/smaps_rollup`, ['Rss']) / 1000,
    ownMb: kb(`/proc/${pid}/smaps_rollup`, ['Private_Clean', 'Private_Dirty']) / 1000,
  })
}

/** Memory of a process, MB (smaps_rollup of proc(5)): in all, its share of it, and what no file stands behind. */
export function memoryOf(pid: number): {
  readonly rssMb: number
  readonly pssMb: number
  readonly anonymousMb: number
} {
  const mb = (name: string) => (kb(`/proc/${pid}/smaps_rollup`, [name]) * 1024) / 1e6
  return { rssMb: mb('Rss'), pssMb: mb('Pss'), anonymousMb: mb('Anonymous') }
}

/** Open file descriptors of a process. */
export function fdsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

function cpuS(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}

function kb(path: string, names: readonly string[]): number {
  const text = readFileSync(path, 'utf8')
  return names.reduce((sum, name) => sum + Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0), 0)
}
