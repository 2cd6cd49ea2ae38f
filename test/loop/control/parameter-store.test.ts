import { describe, expect, it } from 'vitest'
import type { LiveParams } from '../../../src/loop/control/live-params.ts'
import { openParameterStore } from '../../../src/loop/control/parameter-store.ts'
import type { Command } from '../../../src/loop/shared/command.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'

const PARAMS: LiveParams = { ...neuronFrom({ seed: 7 }), minNa: 0, maxNa: 3, speed: 1 }

function openTestDesk(accepts = true) {
  const sent: Command[] = []
  const changes: (readonly string[])[] = []
  const send = (command: Command) => {
    if (accepts) sent.push(command)
    return accepts
  }
  const desk = openParameterStore(PARAMS, send, changed => changes.push(changed))
  return { desk, sent, changes }
}

describe('a patch of the parameters', () => {
  it('changes the neuron, counts a revision and tells what changed', () => {
    const { desk, sent, changes } = openTestDesk()
    expect(desk.patch({ tauMs: 20 })).toMatchObject({ ok: true, result: { rev: 2, tauMs: 20, capacitanceNf: 2 } })
    expect(sent).toEqual([
      { type: 'neuron', neuron: expect.objectContaining({ tauMs: 20, capacitanceNf: 2, seed: 7 }) },
    ])
    expect(changes).toEqual([['tauMs', 'capacitanceNf']])
  })

  it('is all or nothing: one value out of range, and nothing changes', () => {
    const { desk, sent } = openTestDesk()
    const reply = desk.patch({ tauMs: 20, refractoryMs: -1 })
    expect(reply).toMatchObject({ ok: false, error: { code: 'range', path: 'refractoryMs', range: [0, 10_000] } })
    expect([sent, desk.params()]).toEqual([[], { rev: 1, params: PARAMS }])
  })

  it.each([
    [{ tauMs: 'x' }, 'tauMs is "x", must be a number above 0 to 100000 ms'],
    [{ tau: 3 }, 'tau is not a parameter; known are model'],
    [
      { tauMs: -1, refractoryMs: -2, minNa: 5 },
      'minNa is 5, must be below maxNa, which is 3 nA; refractoryMs is -2, must be a number from 0 to 10000 ms; tauMs is -1, must be a number above 0 to 100000 ms',
    ],
    [{ tauMs: -1, tau: 3 }, 'tauMs is -1, must be a number above 0'],
    [{ resetMv: -50 }, 'resetMv is -50, must be below thresholdMv'],
    [{ minNa: 5 }, 'minNa is 5, must be below maxNa, which is 3 nA'],
    [{ speed: 0 }, 'speed is 0, must be a number above 0 to 100'],
    [[1], 'the patch is [1], must be an object'],
    [null, 'the patch is null, must be an object'],
    [{ __proto__: null, constructor: 1 }, 'constructor is not a parameter'],
  ])('that is wrong is refused with the value and what is allowed: %j', (patch, words) => {
    const reply = openTestDesk().desk.patch(patch)
    expect(reply.ok).toBe(false)
    expect(!reply.ok && reply.error.message).toContain(words)
  })

  it('leaves the floor of the threshold midway, where it is, until it is given', () => {
    const { desk } = openTestDesk()
    desk.patch({ thresholdCoupling: 0.5, resetMv: -60 })
    expect(desk.params().params.thresholdFloorMv).toBe(-57.5)
    desk.patch({ thresholdFloorMv: -59 })
    desk.patch({ thresholdMv: -50 })
    expect(desk.params().params.thresholdFloorMv).toBe(-59)
    expect(desk.patch({ resetMv: -58 })).toMatchObject({ ok: false, error: { path: 'thresholdFloorMv' } })
    desk.patch({ resetMv: -58, thresholdFloorMv: null })
    expect(desk.params().params.thresholdFloorMv).toBe(-54)
  })

  it('with null takes a parameter back to its default', () => {
    const { desk } = openTestDesk()
    desk.patch({ thresholdMv: -50 })
    desk.patch({ thresholdMv: null })
    expect(desk.params().params.thresholdMv).toBe(-55)
  })

  it('that changes nothing is no new revision', () => {
    const { desk, sent } = openTestDesk()
    expect(desk.patch({ tauMs: 10 })).toMatchObject({ ok: true, result: { rev: 1 } })
    expect(sent).toEqual([])
  })

  it('is refused when the neuron has too much to do', () => {
    expect(openTestDesk(false).desk.patch({ tauMs: 20 })).toMatchObject({ ok: false, error: { code: 'busy' } })
  })
})

describe('a verb', () => {
  it.each([
    ['run', { on: false }, [{ type: 'run', on: false }]],
    ['mute', { on: true }, [{ type: 'mute', on: true }]],
    ['reset', null, [{ type: 'reset' }]],
    ['identify', { s: 2 }, [{ type: 'identify', durationMs: 2000 }]],
    ['take', { level: 0.4 }, [{ type: 'take', level: 0.4 }]],
    ['take', {}, [{ type: 'take', level: Number.NaN }]],
    ['stim', {}, [{ type: 'unstim' }]],
    ['stim', { id: 'x' }, [{ type: 'unstim' }]],
  ])('%s %j asks the neuron for it', (verb, payload, commands) => {
    const { desk, sent } = openTestDesk()
    expect(desk.command(verb, payload)).toEqual({ ok: true, result: {} })
    expect(sent).toEqual(commands)
  })

  it('stim starts a stimulus with defaults for what is left out', () => {
    const { desk, sent } = openTestDesk()
    desk.command('stim', { shape: 'pulse', iNa: 2, ms: 5 })
    expect(sent).toEqual([
      {
        type: 'stim',
        stimulus: { shape: 'pulse', iNa: 2, offsetNa: 0, durationMs: 5, periodMs: 100, widthMs: 10, replaces: false },
      },
    ])
  })

  it('stim plays samples at a steady step or at times of their own, as long as there are any', () => {
    const { desk, sent } = openTestDesk()
    const ask = (given: object) => expect(desk.command('stim', { shape: 'samples', ...given }).ok).toBe(true)
    ask({ valuesNa: [0, 1.5, 3] })
    ask({ valuesNa: [1, 2], dtMs: 20, replace: true })
    ask({ valuesNa: [1, 2, 3], tMs: [0, 0.1, 250] })
    ask({ valuesNa: [1], tMs: [0] })
    ask({ valuesNa: [1, 2], ms: 5000 })
    const played = sent.flatMap(command => (command.type === 'stim' ? [command.stimulus] : []))
    expect(played.map(one => one.durationMs)).toEqual([3, 40, 499.9, 500, 5000])
    expect(played.map(one => [...one.samples!.tMs])).toEqual([[0, 1, 2], [0, 20], [0, 0.1, 250], [0], [0, 1]])
    expect(played[1]).toMatchObject({ shape: 'samples', replaces: true, samples: { iNa: Float64Array.of(1, 2) } })
  })

  it.each([
    [{ valuesNa: new Array(20_001).fill(1) }, 'valuesNa has 20001 numbers, must have 20000 at the most'],
    [{ valuesNa: [0, 'x'] }, 'valuesNa has "x" at index 1, must have a number from -1000 to 1000 nA there'],
    [{ valuesNa: [0, Number.NaN] }, 'valuesNa has NaN at index 1'],
    [{ valuesNa: '1,2' }, 'valuesNa is "1,2", must be a list of numbers, like [0,1.5,3]'],
    [{}, 'valuesNa is empty: samples needs currents'],
    [{ valuesNa: [1, 2], dtMs: 0.01 }, 'dtMs is 0.01, must be a number from 0.1 to 600000 ms'],
    [{ valuesNa: [1, 2], dtMs: 400_000 }, 'dtMs makes 800000 ms in all, must make 600000 at the most'],
    [{ valuesNa: [1, 2], tMs: [0, 1], dtMs: 1 }, 'dtMs and tMs both say when the samples are due'],
    [{ valuesNa: [1, 2], tMs: [0] }, 'tMs has 1 times for 2 currents, must have as many'],
    [{ valuesNa: [1, 2], tMs: [1, 2] }, 'tMs begins at 1, must begin at 0 ms'],
    [
      { valuesNa: [1, 2, 3], tMs: [0, 5, 5] },
      'tMs has 5 at index 2, must be 0.1 ms or more after the one before it, 5',
    ],
    [{ shape: 'step', valuesNa: [1] }, 'valuesNa belongs to the shape samples: add "shape":"samples"'],
  ])('stim refuses samples that cannot be played, in words: %#', (given, words) => {
    const { desk, sent } = openTestDesk()
    const reply = desk.command('stim', { shape: 'samples', ...given })
    expect(!reply.ok && reply.error.message).toContain(words)
    expect(sent).toEqual([])
  })

  it('preset takes over its neuron and its knob, keeping the seed', () => {
    const { desk } = openTestDesk()
    desk.command('preset', { name: 'classroom' })
    expect(desk.params()).toMatchObject({ rev: 2, params: { tauMs: 100, minNa: 0, maxNa: 3, seed: 7 } })
  })

  it.each([
    ['explode', {}, "'explode' is not a command, must be one of run, mute"],
    ['stim', { shape: 'square' }, 'shape is "square", must be one of step, pulse'],
    ['stim', { iNa: Number.NaN }, 'iNa is NaN, must be a number from -1000 to 1000 nA'],
    ['take', { level: 2 }, 'level is 2, must be a number from 0 to 1'],
    ['run', { on: 'yes' }, 'on is "yes", must be true or false'],
    ['run', 'on', 'the payload of run is "on", must be an object'],
    ['preset', { name: 'x' }, 'name is "x", must be one of'],
    ['preset', {}, 'name is missing: preset needs it'],
    ['speed', null, 'speed is missing: speed needs it'],
    ['toString', {}, "'toString' is not a command"],
  ])('that is wrong is refused in words: %s %j', (verb, payload, words) => {
    const reply = openTestDesk().desk.command(verb, payload)
    expect(!reply.ok && reply.error.message).toContain(words)
  })
})
