import { describe, expect, it } from 'vitest'
import { fiCommand } from '../../../src/cli/simulate/fi.ts'
import { simulateCommand } from '../../../src/cli/simulate/simulate.ts'
import { simulate } from '../../../src/neuron/simulate.ts'
import { adaptiveRun } from '../../neuron/adaptive-neuron.ts'
import { type Case, farthest, reference } from '../../neuron/reference.ts'
import { runOn } from '../fake-console.ts'

const run = (line: string, files = {}) => runOn(simulateCommand, line, files)

/** Some of each file, and all in which spikes arrive. */
const CASES = [
  ...['glif_adapt', 'glif_burst', 'glif_threshold', 'glif_patterns'].flatMap(name => {
    return reference(name).cases.filter((_, k) => k % 5 === 0)
  }),
  ...reference('glif_mixed').cases,
]

function csv(header: string, first: readonly number[], second: readonly number[]): string {
  return [header, ...first.map((value, k) => `${value},${second[k]}`), ''].join('\n')
}

/** The command that describes the case, and its files. */
function commandOf({ input, spikesIn, synapse, durationMs, ...c }: Case) {
  const { seed: _seed, tauMs, capacitanceNf, ...neuron } = adaptiveRun({ input, durationMs, ...c }).neuron
  const settings = { ...neuron, ...(neuron.model === 'pif' ? { capacitanceNf } : { tauMs }) }
  const flags = [
    ...Object.entries(settings).map(([name, value]) => `--set ${name}=${value}`),
    ...['--input i.csv', `--duration ${durationMs}`],
    ...(spikesIn === undefined ? [] : ['--spikes-in s.csv']),
    ...(synapse?.kind === 'exp' ? [`--synapse exp:${synapse.tauMs}`] : []),
  ]
  const files = {
    'i.csv': csv('t_ms,i_na', input.tMs, input.iNa),
    ...(spikesIn && { 's.csv': csv('t_ms,weight', spikesIn.tMs, spikesIn.weight) }),
  }
  return [flags.join(' '), files] as const
}

describe('neurond simulate of a neuron with spike currents and a moving threshold', () => {
  it.each(CASES)('tells what the library does, and the reference: $name', async c => {
    const told = JSON.parse((await run(...commandOf(c))).out)
    const { spikesMs, vEndMv } = simulate(adaptiveRun(c))
    expect(told).toMatchObject({ spikesMs, count: c.count, vEndMv })
    expect(farthest(told.spikesMs.slice(0, c.spikesMs.length), c.spikesMs)).toBeLessThan(1e-9)
  })

  it('names its parameters in a picture, and no theory that is none of it', async () => {
    const { out } = await run('--preset phasic-bursting --format svg')
    expect(out).toContain('each spike −0.3 nA, 1000 ms, adds up · each spike 3 nA, 80 ms, starts anew')
    expect(out).toContain('threshold follows 1 of V, 1000 ms, floor −65 mV')
    expect(JSON.parse((await run('--preset adapting')).out).theoryHz).toBe(null)
    expect((await run('--preset adapting --format text')).out).not.toMatch(/theory/i)
  })

  it('is refused with what is wrong about it', async () => {
    const { err, code } = await run('--set thresholdCoupling=1 --set thresholdFloorMv=-80 --set fastKeep=2')
    expect(err).toContain('neuron.thresholdFloorMv is -80, must be above resetMv, which is -75 mV')
    expect(err).toContain('neuron.fastKeep is 2, must be a number from 0 to 1')
    expect(code).not.toBe(0)
    const { err: endless } = await run('--preset classroom --set slowJumpNa=2.5')
    expect(endless).toMatch(
      /neuron\.slowJumpNa is 2\.5: .* the rate would grow without end; choose less, slowKeep below 1/,
    )
  })

  it('is told by fi that its theory is that of the onset', async () => {
    const { err } = await runOn(fiCommand, '--preset adapting --current 2', {})
    expect(err).toContain('the theory is that of a neuron without memory')
    expect((await runOn(fiCommand, '--preset classroom --current 2', {})).err).toBe('')
  })
})
