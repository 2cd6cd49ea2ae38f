import { neuronFrom } from '../../neuron/params.ts'
import { presetNamed } from '../../neuron/presets.ts'
import { currentForRateHz } from '../../neuron/theory.ts'
import { startDaemon } from '../bench-daemon.ts'
import type { Job } from '../bench-job.ts'
import { InterruptedError, pause } from '../console.ts'
import { type MemoryFigures, median, type StartFigures } from './figures.ts'

const STARTS = 5
const SAMPLE_MS = 500
const RATE_HZ = 100

/** The daemon as it comes (config/desktop.yaml), started several times, until a subscriber has its first spike. */
export async function measureStart(job: Job): Promise<StartFigures> {
  const firstSpikesMs: number[] = []
  for (let start = 1; start <= STARTS; start++) {
    job.progress(`start ${start} of ${STARTS}`)
    firstSpikesMs.push(await oneStart(job.signal))
  }
  return { firstSpikeMs: median(firstSpikesMs), slowestMs: Math.max(...firstSpikesMs), starts: STARTS }
}

/** Resident memory of the daemon at 100 Hz, with one subscriber on its built-in broker. */
export async function measureMemory(job: Job): Promise<MemoryFigures> {
  job.progress('memory')
  const neuron = presetNamed('bio').neuron
  const iNa = currentForRateHz(neuronFrom(neuron), RATE_HZ)
  const daemon = startDaemon(['preset=bio', 'input.shape=constant', 'input.level=1', `input.maxNa=${iNa}`])
  try {
    await interruptible(daemon.firstSpikeMs, job.signal)
    const samplesMb = [daemon.rssMb()]
    for (let i = 0; i < Math.max(3, (job.seconds * 1000) / SAMPLE_MS); i++) {
      await pause(SAMPLE_MS, job.signal)
      samplesMb.push(daemon.rssMb())
    }
    return memoryFigures(samplesMb, (samplesMb.length - 1) * (SAMPLE_MS / 1000))
  } finally {
    await daemon.close()
  }
}

/** @param samplesMb at equal distances, at least three. */
export function memoryFigures(samplesMb: readonly number[], observedS: number): MemoryFigures {
  const third = Math.floor(samplesMb.length / 3)
  const middle = samplesMb.slice(third, 2 * third)
  const last = samplesMb.slice(-third)
  return {
    startMb: samplesMb[0]!,
    endMb: samplesMb.at(-1)!,
    maxMb: Math.max(...samplesMb),
    growthMb: median(last) - median(middle),
    observedS,
  }
}

async function oneStart(signal: AbortSignal): Promise<number> {
  const daemon = startDaemon([])
  try {
    return await interruptible(daemon.firstSpikeMs, signal)
  } finally {
    await daemon.close()
  }
}

async function interruptible<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let interrupt = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(new InterruptedError('interrupted'))
  })
  if (signal.aborted) interrupt()
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    return await Promise.race([promise, interrupted])
  } finally {
    signal.removeEventListener('abort', interrupt)
  }
}
