import {
  type Complaint,
  checkFields,
  checkValue,
  defaultsOf,
  type Fields,
  quote,
  type ValuesOf,
} from '../fields/field-types-and-checks.ts'

const VOLTAGE = { type: 'number', unit: 'mV', min: -1000, max: 1000 } as const

/** The neuron's parameters, each declared here once: everything that checks, shows, sends or stores them follows. */
export const NEURON_FIELDS = {
  model: {
    type: 'choice',
    choices: ['lif', 'pif'],
    default: 'lif',
    label: 'Model',
    help: 'lif: leaky integrate-and-fire; pif: perfect integrator, no leak (resistanceMohm then only enters tauMs = R C)',
  },
  restMv: {
    ...VOLTAGE,
    default: -70,
    label: 'Rest',
    symbol: 'E_L',
    aliases: ['el', 'eleak', 'erest', 'vl', 'vrest', 'urest'],
    slider: [-100, 0],
    help: 'E_L, the voltage that the membrane leaks to',
  },
  thresholdMv: {
    ...VOLTAGE,
    default: -55,
    label: 'Threshold',
    symbol: 'V_th',
    aliases: ['theta', 'vt', 'vth', 'vthr', 'vthresh', 'vthreshold', 'uth', 'ut'],
    slider: [-90, 10],
    help: 'V_th, the voltage at which the neuron spikes; offline none: it never does',
  },
  resetMv: {
    ...VOLTAGE,
    default: -75,
    label: 'Reset',
    symbol: 'V_reset',
    aliases: ['vreset', 'vr', 'ureset', 'ur'],
    slider: [-110, 0],
    help: 'V_reset, the voltage after a spike; below the threshold',
  },
  initialMv: {
    ...VOLTAGE,
    default: -70,
    label: 'Start',
    symbol: 'V_0',
    aliases: ['vinit', 'vstart', 'uinit'],
    slider: [-100, 0],
    help: 'V at the start; restMv unless given',
  },
  resistanceMohm: {
    type: 'number',
    unit: 'MOhm',
    min: 0,
    aboveMin: true,
    max: 1e6,
    default: 10,
    label: 'Resistance',
    symbol: 'R',
    aliases: ['r', 'rm', 'rin'],
    slider: [1, 500],
    help: 'R_m, membrane resistance',
  },
  tauMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    aboveMin: true,
    max: 1e5,
    default: 10,
    label: 'Time constant',
    symbol: 'τ',
    aliases: ['tau', 'taum', 'taumem'],
    slider: [1, 500],
    help: 'tau_m = R_m C, membrane time constant',
  },
  capacitanceNf: {
    type: 'number',
    unit: 'nF',
    min: 0,
    aboveMin: true,
    max: 1e9,
    default: 1,
    label: 'Capacitance',
    symbol: 'C',
    aliases: ['c', 'cm'],
    slider: [0.02, 50],
    help: 'C, membrane capacitance: an alternative to tauMs',
  },
  refractoryMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    max: 1e4,
    default: 0,
    label: 'Refractory period',
    aliases: ['tref', 'tauref', 'taurp', 'trefractory'],
    slider: [0, 50],
    help: 'absolute refractory period: V stays at resetMv for so long after a spike',
  },
  noiseMv: {
    type: 'number',
    unit: 'mV',
    min: 0,
    max: 1000,
    default: 0,
    label: 'Noise',
    aliases: ['sigma', 'sigmav', 'sd'],
    slider: [0, 10],
    help: 'standard deviation of V that the white noise alone would give, were there no threshold',
  },
  seed: {
    type: 'number',
    unit: '',
    min: 0,
    max: 2 ** 32 - 1,
    integer: true,
    default: 0,
    label: 'Seed of the noise',
    slider: 'none',
    help: 'seed of the noise generator, which starts anew when it is changed; random unless given, and reported',
  },
} as const satisfies Fields

const DEFAULTS = defaultsOf(NEURON_FIELDS)

/** A complete neuron; tauMs = resistanceMohm x capacitanceNf always holds. Offline thresholdMv may be Infinity: none. */
export type NeuronParams = ValuesOf<typeof NEURON_FIELDS>

/** A neuron as a user writes it: what is left out takes its default. */
export type NeuronInput = Partial<NeuronParams>

/** A neuron, a run or a preset that cannot be: every complaint at once. */
export class NeuronError extends Error {
  override readonly name = 'NeuronError'
  readonly complaints: readonly Complaint[]

  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(c => (c.path === '' ? c.message : `${c.path} ${c.message}`)).join('; '))
    this.complaints = complaints
  }
}

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
    return [{ path: '', message: `the neuron is ${quote(input)}, must be an object of parameters` }]
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
  if (!isSound('resistanceMohm', 'tauMs', 'capacitanceNf')) return complaints
  if (input.capacitanceNf === undefined) {
    const fault = checkValue(NEURON_FIELDS.capacitanceNf, capacitanceNf)
    const path = input.tauMs === undefined ? 'resistanceMohm' : 'tauMs'
    return fault === null ? complaints : [...complaints, { path, message: `makes C = tau / R, which ${fault}` }]
  }
  const productMs = resistanceMohm * capacitanceNf
  if (Math.abs(productMs - tauMs) > 1e-9 * tauMs) {
    const message = `is ${capacitanceNf} and tauMs is ${tauMs}, but tau = R C = ${resistanceMohm} x ${capacitanceNf} = ${productMs} ms; give only one of the two`
    complaints.push({ path: 'capacitanceNf', message })
  }
  const tauFault = checkValue(NEURON_FIELDS.tauMs, tauMs)
  if (tauFault !== null) complaints.push({ path: 'capacitanceNf', message: `makes tau = R C, which ${tauFault}` })
  return complaints
}

/** Most parameters have plain defaults; these follow from others, and the seed is drawn. */
function completed(input: NeuronInput, randomSeed: number): NeuronParams {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  const plain = { ...DEFAULTS, ...(given as Partial<NeuronParams>) }
  const { restMv, resistanceMohm } = plain
  const { initialMv = restMv, capacitanceNf, seed = randomSeed } = input
  const tauMs = input.tauMs ?? (capacitanceNf === undefined ? DEFAULTS.tauMs : resistanceMohm * capacitanceNf)
  return { ...plain, initialMv, tauMs, capacitanceNf: capacitanceNf ?? tauMs / resistanceMohm, seed }
}
