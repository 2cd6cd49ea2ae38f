import { type Complaint, checkFields, type Fields, faultOf, NeuronError, shown } from '../fields/fields.ts'

const VOLTAGE = { type: 'number', unit: 'mV', min: -1000, max: 1000 } as const

/** Every parameter of the neuron as data: unit, range, default, help. */
export const NEURON_FIELDS = {
  model: {
    type: 'choice',
    choices: ['lif', 'pif'],
    default: 'lif',
    help: 'lif: leaky integrate-and-fire; pif: perfect integrator, no leak (resistanceMohm then only enters tauMs = R C)',
  },
  restMv: { ...VOLTAGE, default: -70, help: 'E_L, the voltage that the membrane leaks to' },
  thresholdMv: { ...VOLTAGE, default: -55, help: 'V_th, the voltage at which the neuron spikes' },
  resetMv: { ...VOLTAGE, default: -75, help: 'V_reset, the voltage after a spike; below the threshold' },
  initialMv: { ...VOLTAGE, default: -70, help: 'V at the start; restMv unless given' },
  resistanceMohm: {
    type: 'number',
    unit: 'MOhm',
    min: 0,
    aboveMin: true,
    max: 1e6,
    default: 10,
    help: 'R_m, membrane resistance',
  },
  tauMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    aboveMin: true,
    max: 1e5,
    default: 10,
    help: 'tau_m = R_m C, membrane time constant',
  },
  capacitanceNf: {
    type: 'number',
    unit: 'nF',
    min: 0,
    aboveMin: true,
    max: 1e9,
    default: 1,
    help: 'C, membrane capacitance: an alternative to tauMs',
  },
  refractoryMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    max: 1e4,
    default: 0,
    help: 'absolute refractory period: V stays at resetMv for so long after a spike',
  },
  noiseMv: {
    type: 'number',
    unit: 'mV',
    min: 0,
    max: 1000,
    default: 0,
    help: 'standard deviation of V that the white noise alone would give, were there no threshold',
  },
  seed: {
    type: 'number',
    unit: '',
    min: 0,
    max: 2 ** 32 - 1,
    integer: true,
    default: 0,
    help: 'seed of the noise generator, which starts anew when it is changed; random unless given, and reported',
  },
} as const satisfies Fields

export type NeuronModel = 'lif' | 'pif'

/** A complete neuron; tauMs = resistanceMohm x capacitanceNf always holds. */
export interface NeuronParams {
  readonly model: NeuronModel
  readonly restMv: number
  readonly thresholdMv: number
  readonly resetMv: number
  readonly initialMv: number
  readonly resistanceMohm: number
  readonly tauMs: number
  readonly capacitanceNf: number
  readonly refractoryMs: number
  readonly noiseMv: number
  readonly seed: number
}

/** A neuron as a user writes it: what is left out takes its default. */
export type NeuronInput = Partial<NeuronParams>

/**
 * The complete neuron that `input` describes.
 * @param randomSeed the seed if `input` has none; chosen by the caller, since nothing in here is random.
 * @throws NeuronError with every complaint at once.
 */
export function neuronFrom(input: NeuronInput, randomSeed = 0): NeuronParams {
  const complaints = complaintsAbout(input)
  if (complaints.length > 0) throw new NeuronError(complaints)
  return completed(input, randomSeed)
}

/** What is wrong with a neuron as a user wrote it; empty if nothing is. Paths are parameter names. */
export function complaintsAbout(input: unknown): readonly Complaint[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return [{ path: '', message: `the neuron is ${shown(input)}, must be an object of parameters` }]
  }
  const singly = checkFields(NEURON_FIELDS, input, 'is not a parameter; known are')
  const faulty = new Set(singly.map(complaint => complaint.path))
  return [...singly, ...complaintsAboutRelations(input, faulty)]
}

/**
 * `base` with the values of `patch` over it, so that tauMs and capacitanceNf never contradict each other: the one that
 * the patch gives wins; else, where the base has both, tauMs stays (of a perfect integrator: capacitanceNf). A complete
 * NeuronParams may be the base.
 */
export function patchedNeuron(base: NeuronInput, patch: NeuronInput): NeuronInput {
  const { tauMs, capacitanceNf, ...rest } = { ...base, ...patch }
  const keepsTau = patch.tauMs !== undefined || (patch.capacitanceNf === undefined && rest.model !== 'pif')
  const keepsCapacitance = patch.capacitanceNf !== undefined || !keepsTau
  return {
    ...rest,
    ...(tauMs !== undefined && (keepsTau || capacitanceNf === undefined) ? { tauMs } : {}),
    ...(capacitanceNf !== undefined && (keepsCapacitance || tauMs === undefined) ? { capacitanceNf } : {}),
  }
}

/** Relations between parameters, each looked at only if its own parameters are sound. */
function complaintsAboutRelations(input: NeuronInput, faulty: ReadonlySet<string>): Complaint[] {
  const complaints: Complaint[] = []
  const isSound = (...names: readonly (keyof NeuronParams)[]) => !names.some(name => faulty.has(name))
  const sound = Object.fromEntries(Object.entries(input).filter(([name]) => !faulty.has(name)))
  const { resetMv, thresholdMv, resistanceMohm, tauMs, capacitanceNf } = completed(sound, 0)
  if (isSound('resetMv', 'thresholdMv') && !(resetMv < thresholdMv)) {
    const message = `is ${resetMv}, must be below thresholdMv, which is ${thresholdMv} mV: at or above it the neuron would spike without end`
    complaints.push({ path: 'resetMv', message })
  }
  if (input.capacitanceNf === undefined || !isSound('resistanceMohm', 'tauMs', 'capacitanceNf')) return complaints
  const productMs = resistanceMohm * capacitanceNf
  if (Math.abs(productMs - tauMs) > 1e-9 * tauMs) {
    const message = `is ${capacitanceNf} and tauMs is ${tauMs}, but tau = R C = ${resistanceMohm} x ${capacitanceNf} = ${productMs} ms; give only one of the two`
    complaints.push({ path: 'capacitanceNf', message })
  }
  const tauFault = faultOf(NEURON_FIELDS.tauMs, tauMs)
  if (tauFault !== null) complaints.push({ path: 'capacitanceNf', message: `makes tau = R C, which ${tauFault}` })
  return complaints
}

function completed(input: NeuronInput, randomSeed: number): NeuronParams {
  const resistanceMohm = input.resistanceMohm ?? NEURON_FIELDS.resistanceMohm.default
  const restMv = input.restMv ?? NEURON_FIELDS.restMv.default
  const tauMs =
    input.tauMs ??
    (input.capacitanceNf === undefined ? NEURON_FIELDS.tauMs.default : resistanceMohm * input.capacitanceNf)
  return {
    model: input.model ?? NEURON_FIELDS.model.default,
    restMv,
    thresholdMv: input.thresholdMv ?? NEURON_FIELDS.thresholdMv.default,
    resetMv: input.resetMv ?? NEURON_FIELDS.resetMv.default,
    initialMv: input.initialMv ?? restMv,
    resistanceMohm,
    tauMs,
    capacitanceNf: input.capacitanceNf ?? tauMs / resistanceMohm,
    refractoryMs: input.refractoryMs ?? NEURON_FIELDS.refractoryMs.default,
    noiseMv: input.noiseMv ?? NEURON_FIELDS.noiseMv.default,
    seed: input.seed ?? randomSeed,
  }
}
