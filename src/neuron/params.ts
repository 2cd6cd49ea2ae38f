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
const JUMP = { type: 'number', unit: 'nA', min: -1000, max: 1000, default: 0 } as const
const DECAY = { type: 'number', unit: 'ms', min: 0, aboveMin: true, max: 1e5, slider: [1, 5000] } as const
const KEEP = { type: 'number', unit: '', min: 0, max: 1 } as const

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
  slowJumpNa: {
    ...JUMP,
    label: 'Slow current: jump',
    slider: [-2, 2],
    help: 'what each spike adds to the slow current of the neuron itself; below 0 it brakes: adaptation',
  },
  slowTauMs: {
    ...DECAY,
    default: 100,
    label: 'Slow current: time constant',
    help: 'how fast the slow current decays',
  },
  slowKeep: {
    ...KEEP,
    default: 1,
    label: 'Slow current: kept',
    help: 'share of the slow current that a spike leaves before it adds slowJumpNa: with 1 it adds up, with 0 it starts anew',
  },
  fastJumpNa: {
    ...JUMP,
    label: 'Fast current: jump',
    slider: [-5, 5],
    help: 'what each spike adds to the fast current of the neuron itself; above 0 it makes bursts',
  },
  fastTauMs: {
    ...DECAY,
    default: 5,
    label: 'Fast current: time constant',
    help: 'how fast the fast current decays',
  },
  fastKeep: {
    ...KEEP,
    default: 0,
    label: 'Fast current: kept',
    help: 'share of the fast current that a spike leaves before it adds fastJumpNa: with 1 it adds up, with 0 it starts anew',
  },
  thresholdJumpMv: {
    ...VOLTAGE,
    default: 0,
    label: 'Threshold: jump',
    slider: [-20, 20],
    help: 'how far each spike raises the threshold',
  },
  thresholdTauMs: {
    ...DECAY,
    default: 100,
    label: 'Threshold: time constant',
    help: 'how fast the threshold returns to thresholdMv, and follows V',
  },
  thresholdCoupling: {
    type: 'number',
    unit: '',
    min: -20,
    max: 20,
    default: 0,
    label: 'Threshold: follows V',
    slider: [-3, 3],
    help: 'share of V - restMv that the threshold takes over in time; below 0 it moves against V',
  },
  thresholdFloorMv: {
    ...VOLTAGE,
    default: -65,
    label: 'Threshold: floor',
    slider: [-110, 10],
    help: 'the least that the threshold is after a spike; midway between resetMv and thresholdMv unless given',
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
 * the patch gives wins; else, where the base has both, tauMs stays (of a perfect integrator: capacitanceNf). A floor of
 * the threshold that is midway stays midway. A complete NeuronParams may be the base.
 */
export function patchedNeuron(base: NeuronInput, patch: NeuronInput): NeuronInput {
  const { tauMs, capacitanceNf, ...whole } = { ...base, ...patch }
  const { thresholdFloorMv, ...floorless } = whole
  const isMidway = patch.thresholdFloorMv === undefined && thresholdFloorMv === midwayMv({ ...DEFAULTS, ...base })
  const rest = isMidway ? floorless : whole
  const keepsTau = patch.tauMs !== undefined || (patch.capacitanceNf === undefined && rest.model !== 'pif')
  const keepsCapacitance = patch.capacitanceNf !== undefined || !keepsTau
  return {
    ...rest,
    ...(tauMs !== undefined && (keepsTau || capacitanceNf === undefined) ? { tauMs } : {}),
    ...(capacitanceNf !== undefined && (keepsCapacitance || tauMs === undefined) ? { capacitanceNf } : {}),
  }
}

const FLOORED = ['resetMv', 'thresholdMv', 'thresholdFloorMv', 'thresholdJumpMv', 'thresholdCoupling'] as const

/** Whether the threshold can come down to its floor. */
export function hasFloor({
  thresholdJumpMv,
  thresholdCoupling,
}: Pick<NeuronParams, 'thresholdJumpMv' | 'thresholdCoupling'>): boolean {
  return thresholdJumpMv < 0 || thresholdCoupling !== 0
}

/** Relations between parameters, each looked at only if its own parameters are sound. */
function complaintsAboutRelations(input: NeuronInput, faulty: ReadonlySet<string>): Complaint[] {
  const complaints: Complaint[] = []
  const isSound = (...names: readonly (keyof NeuronParams)[]) => !names.some(name => faulty.has(name))
  const sound = Object.fromEntries(Object.entries(input).filter(([name]) => !faulty.has(name)))
  const whole = completed(sound, 0)
  const { resetMv, thresholdMv, thresholdFloorMv, resistanceMohm, tauMs, capacitanceNf } = whole
  if (isSound('resetMv', 'thresholdMv') && !(resetMv < thresholdMv)) {
    const message = `is ${resetMv}, must be below thresholdMv, which is ${thresholdMv} mV: at or above it the neuron would spike without end`
    complaints.push({ path: 'resetMv', message })
  } else if (isSound(...FLOORED) && hasFloor(whole) && !(thresholdFloorMv > resetMv)) {
    const message = `is ${thresholdFloorMv}, must be above resetMv, which is ${resetMv} mV: a threshold at or below the reset would make spike follow spike in no time`
    complaints.push({ path: 'thresholdFloorMv', message })
  }
  complaints.push(...complaintsAboutRunaway(whole, isSound))
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

/**
 * Currents that add up from spike to spike come to (sum of jump x tau) x rate. Where that alone charges the membrane from
 * reset to threshold within an interval, the rate grows without end; a refractory period bounds it.
 */
function complaintsAboutRunaway(
  neuron: NeuronParams,
  isSound: (...names: (keyof NeuronParams)[]) => boolean,
): readonly Complaint[] {
  const all = Object.keys(NEURON_FIELDS) as (keyof NeuronParams)[]
  if (neuron.refractoryMs > 0 || !isSound(...all)) return []
  const kinds = (['slow', 'fast'] as const).filter(kind => neuron[`${kind}Keep`] === 1)
  const chargeOf = (kind: 'slow' | 'fast') => neuron[`${kind}JumpNa`] * neuron[`${kind}TauMs`]
  const [most] = kinds.toSorted((a, b) => chargeOf(b) - chargeOf(a))
  const charge = kinds.reduce((sum, kind) => sum + chargeOf(kind), 0)
  const { model, capacitanceNf, tauMs, resistanceMohm, resetMv } = neuron
  const spanMv = thresholdAtHighRatesMv(neuron) - resetMv
  const mostCharge = spanMv * (model === 'pif' ? capacitanceNf : tauMs / resistanceMohm)
  if (most === undefined || !(mostCharge > 0 && charge > mostCharge)) return []
  const message = `is ${neuron[`${most}JumpNa`]}: with ${most}TauMs ${neuron[`${most}TauMs`]} a spike leaves ${rounded(charge)} nA ms behind, more than the ${rounded(mostCharge)} that charge the membrane from reset to threshold, and the rate would grow without end; choose less, ${most}Keep below 1 or refractoryMs above 0`
  return [{ path: `${most}JumpNa`, message }]
}

/** Where the threshold is in the end as the rate grows: V is then halfway from reset to threshold on average. */
function thresholdAtHighRatesMv(neuron: NeuronParams): number {
  const { restMv, resetMv, thresholdMv, thresholdJumpMv, thresholdCoupling, thresholdFloorMv } = neuron
  if (thresholdJumpMv > 0 || thresholdCoupling >= 2) return Infinity
  if (thresholdJumpMv < 0) return thresholdFloorMv
  if (thresholdCoupling === 0) return thresholdMv
  const shiftMv = (thresholdCoupling * (resetMv + thresholdMv - 2 * restMv)) / (2 - thresholdCoupling)
  return Math.max(thresholdFloorMv, thresholdMv + shiftMv)
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

/** Between reset and threshold: where the floor of the threshold is unless it is given. */
export function midwayMv({ resetMv, thresholdMv }: Pick<NeuronParams, 'resetMv' | 'thresholdMv'>): number {
  return (resetMv + thresholdMv) / 2
}

/** Most parameters have plain defaults; these follow from others, and the seed is drawn. */
function completed(input: NeuronInput, randomSeed: number): NeuronParams {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  const plain = { ...DEFAULTS, ...(given as Partial<NeuronParams>) }
  const { restMv, resistanceMohm } = plain
  const { initialMv = restMv, thresholdFloorMv = midwayMv(plain), capacitanceNf, seed = randomSeed } = input
  const tauMs = input.tauMs ?? (capacitanceNf === undefined ? DEFAULTS.tauMs : resistanceMohm * capacitanceNf)
  return { ...plain, initialMv, thresholdFloorMv, tauMs, capacitanceNf: capacitanceNf ?? tauMs / resistanceMohm, seed }
}
