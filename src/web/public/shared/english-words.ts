/** Every text of the pages in English. The same in another language is a file like this one. */
import { NEURON_FIELDS, type NeuronParams } from '../../../neuron/params.ts'
import { PRESETS, type PresetName } from '../../../neuron/presets.ts'
import { formatCount, formatTyped } from './number-format.ts'
import { isGrouped } from './parse-number.ts'

const HOW_TO_WRITE = ': write 1000 for a thousand, without a mark in between, and 1.5 or 1,5 for one and a half'

/** Of a parameter, for a form. */
export interface FieldWords {
  readonly label: string
  readonly help: string
}

export interface PresetWords {
  readonly title: string
  readonly description: string
}

/** What the program says, and the same in another language, where $1, $2, … stand for its parts. */
export type Sentence = readonly [said: RegExp, there: string]

/** The choice of the language, and the page that lets people in. */
export const LOGIN = {
  language: 'Language',
  none: 'Open the link that the terminal shows: it holds the token.',
  busy: 'One moment …',
  wrong:
    'This link is no longer valid. Open the one that the terminal shows now, or ask your teacher for the present one.',
} as const

/** On every page. */
export const COMMON = {
  /** Of a number that was typed and cannot be read. */
  unreadable: (name: string, text: string, allowed: string) =>
    `${name} is ${text.trim() === '' ? 'empty' : `"${text.trim()}"`}, must be ${allowed}${isGrouped(text) ? HOW_TO_WRITE : ''}`,
  aNumber: 'a number',
  /** What a field takes: from `min` on, or above it. */
  allowed: (isWhole: boolean, isAbove: boolean, min: string, max: string, unit: string) =>
    `${isWhole ? 'a whole number' : 'a number'} ${isAbove ? 'above' : 'from'} ${min} to ${max} ${unit}`.trim(),
  /** What a sentence of the program's calls by a key. */
  names: {
    minNa: 'Current at the low end of the knob',
    maxNa: 'Current at the high end of the knob',
    speed: 'Speed',
    level: 'Slider',
    valuesNa: 'The list of currents',
    tMs: 'The list of times',
  } as Record<string, string>,
  /** The last of a list is joined by it. */
  and: 'and',
  disconnected: 'connection lost, trying again',
  close: 'Close',
  theme: { auto: 'Theme: auto', light: 'Theme: light', dark: 'Theme: dark' },
  access: {
    lock: 'Lock',
    unlock: 'Unlock',
    lockHelp: 'While it is locked, pupils can watch, and change nothing',
    locked: 'locked',
    lockedOut: 'Your teacher has locked the neuron: you are watching.',
    lockedNote: 'The neuron is locked: whoever opens this link can only watch until you unlock it.',
    share: 'Link',
    title: 'Let others in',
    qr: 'QR code of the link below',
    replace: 'Make a new link',
    confirmReplace: 'Make a new link? The present one, and everyone who came in by it, can then only watch.',
    teacher: 'Your own link, for another device of yours: it can unlock too',
    watch: (url: string) => `To watch only, open ${url}`,
    onlyHere:
      'This page is served to this computer alone. To let others in, start neurond with --set web.host=0.0.0.0, or set it in its file.',
  },
} as const

export const DASHBOARD = {
  readouts: { current: 'Current', rate: 'Firing rate', interval: 'Interval', voltage: 'Voltage', count: 'Spikes' },
  header: {
    pause: 'Pause',
    run: 'Run',
    reset: 'Reset',
    mute: (outputs: string) => `Mute ${outputs}`,
    unmute: (outputs: string) => `Unmute ${outputs}`,
    identify: (outputs: string) => `Blink ${outputs}`,
    outputs: 'outputs',
    menu: 'Menu',
    sound: 'Sound',
    help: 'Help',
    wall: 'Class wall',
    cell: 'Cell',
    large: 'Large',
    paused: 'paused',
    watching:
      'You are watching. To control the neuron, open the link that its terminal shows, or that its teacher gives you.',
  },
  scope: {
    title: 'Membrane voltage and input current over time',
    voltage: 'V (mV)',
    current: 'I (nA)',
    time: (unit: string) => `time before now (${unit})`,
    timeFrozen: (unit: string) => `time before the freeze (${unit})`,
    timeTrigger: (unit: string) => `time after the spike (${unit})`,
    timeSweep: (unit: string) => `time after the start of the stimulus (${unit})`,
    picture: 'What the scope shows, as a picture for print',
    pictureTitle: (name: string) => `V and I of ${name}`,
    sweep: 'Spikes during the stimulus',
    sweepCount: (spikes: number, ms: string, hz: string) => `${formatCount(spikes, 'spike')} in ${ms} ms: ${hz} Hz`,
    sweepTimes: (times: string) => `at ${times} ms`,
    threshold: 'threshold',
    rest: 'rest',
    reset: 'reset',
    freeze: 'Freeze',
    unfreeze: 'Go on',
    window: 'Window',
    trigger: 'Start at a spike',
    compare: 'last run in grey',
    arrivals: (senders: string) => `Synapses: ${senders}`,
    zoom: 'Drag across the plot to zoom in; double-click to go back.',
    summary: (v: string, i: string, rate: string) => `Scope: V ${v} mV, I ${i} nA, ${rate} Hz.`,
  },
  cursors: {
    toggle: 'Cursors',
    scope: (name: string) => `Cursor ${name} on the scope`,
    fi: (name: string) => `Cursor ${name} on the f–I curve`,
    difference: 'B − A',
    spikes: (n: number) => formatCount(n, 'spike'),
    slope: (slope: string) => `${slope} Hz/nA`,
    noPoint: 'no point here',
  },
  knob: {
    title: 'Who sets the current',
    knob: 'Knob',
    slider: 'Slider',
    hasKnob: 'The knob sets the current',
    hasSlider: 'The slider sets the current',
    knobOff: 'the knob is switched off',
    lost: 'The knob does not answer: the current is 0 nA. Take the slider, or check its wires',
    level: 'Slider: input current',
    physical: 'Knob position',
    type: 'Input current in nA, to be typed',
    typeNote: 'Type a current: it takes over from the knob',
    allowed: (low: string, high: string) => `a number from ${low} to ${high} nA`,
    outside: (iNa: string, allowed: string) =>
      `Current is ${iNa} nA, must be ${allowed}, as far as the knob goes; a stimulus can be stronger`,
    stimulated: 'a stimulus is running',
    elsewhere: 'it was set elsewhere, not on this page',
  },
  plots: {
    tabs: { fi: 'f–I curve', intervals: 'Intervals', raster: 'Raster', rate: 'Rate & CV' },
    label: 'Plots',
    current: 'I (nA)',
    rate: 'f (Hz)',
    rheobase: 'rheobase',
    title: (name: string) => `f–I curve of ${name}`,
    showTheory: 'Theory',
    noSpike: (i: string) => `No spike at ${i} nA`,
    theory: 'theory',
    measured: 'measured',
    earlier: 'earlier',
    hold: 'To measure, hold the knob or take the slider',
    silent: (i: string) => `Silent at ${i} nA, as the {rheobase|theory} says`,
    noSpikeYet: (i: string, hz: string) => `No spike yet at ${i} nA; {fiCurve|theory} says ${hz} Hz`,
    paused: 'Paused: nothing is measured',
    silentWrong: (i: string, hz: string) => `Silent at ${i} nA; {fiCurve|theory} says ${hz} Hz`,
    point: (hz: string, i: string) => `${hz} Hz at ${i} nA`,
    error: (percent: string, n: number) => `${percent} % from {fiCurve|theory} (n = ${n})`,
    chance: (percent: string) => `, chance alone makes ±${percent} %`,
    buttons: { clear: 'Clear', csv: 'CSV', png: 'PNG', svg: 'SVG' },
    interval: 'interval (ms)',
    share: 'count',
    noIntervals: 'No intervals since the last change yet: hold the current above the {rheobase|rheobase}',
    mean: (ms: string, cv: string, intervals: string) => `mean ${ms} ms, {cv|CV} ${cv}, ${intervals}`,
    intervals: (n: number) => formatCount(n, 'interval'),
    lastIntervals: (n: number) => `the last ${n} intervals`,
    sweep: 'sweep',
    sweepTime: (s: string) => `time in the sweep of ${s} s (s)`,
    sweepNote: 'Every line is one sweep, the newest on top; a {cv|regular} neuron draws straight slopes.',
    rateTime: 'time before now (s)',
    cv: 'CV',
    rateNote: '{cv|CV} is 0 for clockwork and 1 for chance ({poisson|Poisson}).',
  },
  panels: { label: 'Controls', tabs: { neuron: 'Neuron', stimulus: 'Stimulus', measure: 'Measure', record: 'Record' } },
  neuron: {
    preset: 'Preset',
    own: 'own values',
    speed: 'Speed',
    speeds: { 1: 'real time', 0.5: '2 × slower', 0.1: '10 × slower', 0.01: '100 × slower' } as Record<number, string>,
    backTo: (value: string, whose: string) => `Back to ${value} (${whose})`,
    builtIn: 'as neurond comes',
    hold: 'When R changes, hold',
    holds: { tau: 'τ', c: 'C' },
    holdHelp: { tau: 'τ stays, and C = τ / R follows', c: 'C stays, and τ = R C follows' },
    more: 'More',
    adaptation: 'What spikes leave behind',
    choices: { lif: 'leaky (LIF)', pif: 'perfect (no leak)' } as Record<string, string>,
  },
  stimulus: {
    shape: 'Shape',
    shapes: {
      step: 'Step',
      pulse: 'Pulse',
      train: 'Pulse train',
      ramp: 'Ramp',
      sine: 'Sine',
      noise: 'Noise',
      steps: 'Own steps',
      samples: 'From a file (CSV)',
    } as Record<string, string>,
    names: {
      iNa: { other: 'Height', ramp: 'To', sine: 'Amplitude', noise: 'Standard deviation' },
      offsetNa: { ramp: 'From', sine: 'Around', noise: 'Around' },
      ms: 'Lasts',
      periodMs: 'Period',
      widthMs: 'Pulse length',
    } as Record<string, string | Record<string, string>>,
    replace: 'In place of the knob (else added to it)',
    start: 'Start',
    stop: 'Stop',
    steps: 'Time in ms and current in nA; the last line is the end',
    stepsName: 'Own steps',
    stepsFault: (line: number, text: string) =>
      `line ${line} is "${text}", must be a time and a current, like 100 ${formatTyped(1.55)}`,
    stepsOrder: (line: number, ms: number, before: number) =>
      `line ${line}: the time is ${formatTyped(ms)} ms, must be later than ${formatTyped(before)} ms`,
    tooFewSteps: 'has fewer than two lines: a step needs a line for its start and one for its end',
    file: 'CSV file with the columns t_ms, i_na',
    fileNote: 'The first line names the columns; each row holds until the next.',
    fileSummary: (name: string, rows: number, ms: number, low: number, high: number) =>
      `${name}: ${formatCount(rows, 'row')}, ${formatTyped(Number((ms / 1000).toFixed(3)))} s, ${formatTyped(low)} to ${formatTyped(high)} nA`,
    tooMany: (n: number, most: number) =>
      `has ${n} values (one wherever the current changes), at most ${most} fit into a stimulus: keep every second row, or a part of the file`,
    tooStrong: (iNa: number, min: number, max: number) =>
      `has a current of ${formatTyped(iNa)} nA, must stay from ${formatTyped(min)} to ${formatTyped(max)} nA`,
    tooLong: (s: number, most: number) =>
      `lasts ${formatTyped(s)} s, a stimulus lasts ${most} s at the most: keep a part of the file`,
    tooDense: (ms: number, least: number) =>
      `has rows ${formatTyped(ms)} ms apart, must be ${formatTyped(least)} ms or more: keep every second row`,
    moreLines: (n: number) => `; and ${n === 1 ? '1 more line like this' : `${n} more lines like these`}`,
    unused: (names: string) => `; not used: ${names}`,
    keep: 'Keep it on the scope, from its start',
    compare: 'The run before stays in grey for comparison.',
  },
  fiSweep: {
    method: 'f–I curve, point by point',
    methods: { hold: 'Hold each current: mean interval', pulse: 'A pulse of each current: count spikes' },
    names: { from: 'From', to: 'To', count: 'Points', longest: 'At most, per point', pulse: 'Pulse length' },
    allowed: {
      any: (min: string, max: string, unit: string) => `a number from ${min} to ${max} ${unit}`,
      whole: (min: string, max: string) => `a whole number from ${min} to ${max}`,
    },
    start: 'Measure the curve',
    cancel: 'Cancel',
    progress: (index: number, all: number, iNa: string) => `Point ${index} of ${all}: ${iNa} nA`,
    holdNote: 'Each point waits until its rate is sure: the longer, the noisier. Afterwards the current is as it was.',
    pulseNote: 'Each pulse begins at rest and takes the place of the knob; rate = spikes / pulse length.',
    cancelled: 'Cancelled: the points that were measured stay',
    disturbed: 'Ended: the current is not what was asked for. Somebody else sets it',
    changed: 'Ended: the neuron was changed',
    stimulated: 'A stimulus is running: stop it first, it would be measured along',
    paused: 'The neuron is paused: press Run first',
  },
  record: {
    name: 'Name',
    start: 'Start recording',
    stop: 'Stop recording',
    running: (spikes: number, s: string) => `Recording: ${formatCount(spikes, 'spike')} in ${s} s`,
    none: 'Nothing recorded yet. What you record stays in this browser until you remove it.',
    notKept: 'This browser keeps no data: download the recording before you leave the page',
    format: 'CSV files',
    formats: {
      'comma-point': '1.5,2 (English)',
      'semicolon-comma': '1,5;2 (German)',
      'semicolon-point': '1.5;2',
      'tab-point': '1.5 tab 2',
      'tab-comma': '1,5 tab 2',
    },
    spikes: 'Spikes (CSV)',
    trace: 'V and I (CSV)',
    all: 'All (JSON lines)',
    replay: 'Replay the knob',
    stopReplay: 'Stop the replay',
    remove: 'Remove',
    tooManyTurns: (n: number, most: number) =>
      `The knob was turned in ${n} steps, at most ${most} can be replayed: record a shorter time`,
    summary: (spikes: number, s: string) => `${formatCount(spikes, 'spike')}, ${s} s`,
    missing: (n: number) => `, ${formatCount(n, 'spike')} missing`,
    full: 'The recording was ended: it is as long as this browser can hold',
    neuronRestarted: 'The recording was ended: the neuron has started anew, and counts its spikes from 1',
  },
  /** In the files that are saved, for who reads them. */
  files: {
    recording: (name: string, id: string) => `neurond recording "${name}" of ${id}`,
    times: 't_ms: model time since the start; unix_us: clock of the neuron, since 1970',
    from: (ms: string, change: string) => `from t_ms ${ms}: ${change}`,
    fi: (name: string) => `f-I curve of ${name}`,
    noLeak: 'no leak',
    noise: (mv: string) => `noise ${mv} mV`,
  },
  health: {
    good: 'All is well',
    noConnection: 'No connection',
    unknown:
      'This page has no connection to the neuron, and tries again by itself. Whether the neuron is well cannot be seen from here; what stands on the page is what was known before.',
    problems: (n: number) => `Look: ${formatCount(n, 'thing')}`,
    title: 'Health',
    late: (us: string) => `The flashes come on time (99 of 100 within ${us}).`,
    tooLate: (us: string) => `1 of 100 flashes comes ${us} late or more: other programs keep the computer busy.`,
    ticks: (missed: number, all: number) =>
      `${missed} of ${formatCount(all, 'step')} were missed; no model time was lost by it.`,
    stalls: (n: number) => `The computer stood still ${n === 1 ? 'once' : `${n} times`}.`,
    /** `goesOn`: now; else since the start. */
    skipped: (ms: number, goesOn: boolean) =>
      `${ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(0)} s`} of the neuron’s life were skipped${
        goesOn ? ', and more is skipped now: it is too fast for this computer' : ': the computer could not keep up'
      }.`,
    adc: (errors: number, reads: number) =>
      `${errors} of ${formatCount(reads, 'reading')} of the knob failed: check its wires.`,
    knobLost: (why: string) => `The knob does not answer. The current is 0 nA until it is back. ${why}`.trim(),
    outputLost: (name: string, why: string) => `The ${name} does not work. ${why}`.trim(),
    outputs: (n: number) => `The LED or the buzzer could not be switched ${n === 1 ? 'once' : `${n} times`}.`,
    lost: (n: number) =>
      `${n === 1 ? '1 report of the neuron was' : `${n} reports of the neuron were`} lost on the way to this program.`,
    merged: (n: number) =>
      `${n === 1 ? '1 spike came so fast that it' : `${n} spikes came so fast that they`} shared a flash.`,
    clipped: (n: number) =>
      `${n === 1 ? '1 incoming spike was' : `${n} incoming spikes were`} too many and did not arrive.`,
    warning: (why: string) => `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    dead: 'The neuron has not moved for a second.',
    broker: {
      off: 'No broker is configured: spikes are not published.',
      online: (url: string) => `Connected to the broker ${url}.`,
      connecting: (url: string) => `Connecting to the broker ${url} …`,
    },
    brokerOffline: (url: string, why: string) =>
      `The broker ${url} cannot be reached${why === '' ? '' : `: ${why}`}. The neuron runs on.`,
    clock: {
      synced: (within: string) => `The clock of this computer follows a time server${within}.`,
      within: (time: string) => `, within ${time}`,
      alone: 'The clock of this computer follows no time server: its spike times do not compare with those of others.',
    },
    mocked: (what: string) => `Simulated, not real: ${what}.`,
    figures: {
      tick: 'steps late (half / 99 % / most)',
      edge: 'flashes late (half / 99 % / most)',
      cpu: 'neuron thread, of one core',
      main: 'main thread delayed (99 %)',
      memory: 'memory',
      viewers: 'viewers',
    },
  },
  help: {
    title: 'Keys',
    terms: 'Terms',
    keys: [
      ['Space', 'freeze the scope, go on'],
      ['P', 'pause the neuron, run'],
      ['K', 'take over from the knob, give it back'],
      ['← →', 'turn the slider, when it has the knob'],
      ['+ −', 'shorter and longer window'],
      ['T', 'start the scope at a spike'],
      ['X', 'two cursors on the scope: Tab to one of them'],
      ['← → ↑ ↓', 'move the cursor; up and down: to a spike'],
      ['R', 'reset the membrane to its start'],
      ['C', 'clear the f–I curve'],
      ['M', 'mute the LED'],
      ['S', 'sound on spikes'],
      ['N', 'show the picture of the neuron, hide it'],
      ['L', 'large: the scope alone'],
      ['H', 'this help'],
    ] as readonly (readonly [string, string])[],
  },
} as const

/** The parameters of the neuron. */
export const FIELDS: Readonly<Record<keyof NeuronParams, FieldWords>> = NEURON_FIELDS

/** The ready-made neurons. */
export const NEURONS: Readonly<Record<PresetName, PresetWords>> = PRESETS

/** The picture of the cell and its equation. */
export const CELL = {
  title: 'The cell and its equation',
  picture: (v: string, i: string, rate: string) =>
    `Picture of the cell: V ${v} mV, input current ${i} nA, ${rate} Hz down the axon.`,
  excites: 'excites',
  inhibits: 'inhibits',
  axon: 'axon',
  threshold: (mv: string) => `threshold ${mv} mV`,
  reset: (mv: string) => `reset ${mv} mV`,
  rest: (mv: string) => `rest ${mv} mV`,
  restAndReset: (mv: string) => `rest, reset ${mv} mV`,
  leak: (r: string) => `leak, R ${r} MΩ`,
  noLeak: 'no leak',
  refractory: 'refractory',
  noise: ' + noise',
  noiseOf: (mv: string) => ` + noise (σ ${mv})`,
  slope: (mvPerMs: string) => `dV/dt = ${mvPerMs} mV/ms`,
  fires: (end: string) => `V heads for ${end}, over the {threshold|threshold}: it fires`,
  silent: (end: string) => `V heads for ${end}, not over the {threshold|threshold}: it is silent`,
  firesByNoise: (end: string) =>
    `V heads for ${end}, not over the {threshold|threshold}: only {noise|noise} makes it fire`,
  risesAlways: 'Without a {leak|leak} every current above 0 makes it fire',
  neverRises: 'Without a {leak|leak} V stays where it is while no current flows',
  paused: 'Paused: V stays where it is',
  spike: (threshold: string, reset: string, held: string) =>
    `Spike at ${threshold}, then V = ${reset}${held === '' ? '' : ` for ${held}`}`,
} as const

/** What terms mean. A text of the pages names a term as {term|as it stands there}. */
export const GLOSSARY = {
  terms: {
    voltage: [
      'Membrane voltage V',
      'The voltage across the membrane of the cell. The input current drives it up, the leak back to rest. It is all that the neuron remembers.',
    ],
    current: [
      'Input current I',
      'What flows into the cell: from the knob or slider, from a stimulus, from synapses. More current, faster firing.',
    ],
    spike: [
      'Spike (action potential)',
      'When V reaches the threshold, the neuron sends a short pulse down its axon, and V starts again from the reset. All spikes are alike: only their times carry a message.',
    ],
    rate: ['Firing rate f', 'How many spikes there are in a second: 1 over the interval T between two of them.'],
    interval: [
      'Interspike interval T',
      'The time from one spike to the next: the refractory period, and the climb of V from reset to threshold.',
    ],
    threshold: ['Threshold', 'The voltage at which the neuron fires. Just below it, nothing happens.'],
    reset: [
      'Reset',
      'The voltage from which V starts again after a spike. Below rest, the next spike takes a little longer.',
    ],
    rest: ['Rest', 'The voltage that the leak pulls V to: where V stays when no current flows.'],
    leak: [
      'Leak',
      'The membrane is not tight: a current flows out through it, the larger the farther V is from rest. So the neuron forgets weak inputs.',
    ],
    resistance: [
      'Membrane resistance R',
      'How well the membrane keeps the current in. A constant current that does not make it fire raises V by R I in the end.',
    ],
    tau: [
      'Membrane time constant τ',
      'How slow the cell is: after τ, V has gone 63 % of the way to where it heads for. It is also how long the cell remembers an input.',
    ],
    capacitance: [
      'Capacitance C',
      'The membrane stores charge like a capacitor: the larger C is, the more charge changes V by 1 mV.',
    ],
    refractory: [
      'Refractory period',
      'For so long after a spike V is held at the reset, and nothing makes the neuron fire. It limits the rate.',
    ],
    noise: [
      'Noise',
      'Random ups and downs of V, as in real cells. σ is their size. With noise the neuron fires even at currents below the rheobase, at irregular times.',
    ],
    rheobase: [
      'Rheobase',
      'The current that just fails to make the neuron fire: above it, V reaches the threshold sooner or later. Without a leak it is 0.',
    ],
    fiCurve: [
      'f–I curve',
      'The firing rate f at each constant current I. Nothing below the rheobase, then a steep rise, then almost a straight line.',
    ],
    cv: [
      'CV, coefficient of variation',
      'How irregular the intervals are: their standard deviation σ over their mean. 0 is clockwork, 1 is pure chance.',
    ],
    latency: [
      'Latency',
      'The time from the start of a current to the first spike, from rest. At twice the rheobase it is τ ln 2.',
    ],
    poisson: [
      'Poisson',
      'Spikes at random times that know nothing of each other, like the clicks of a Geiger counter.',
    ],
    stimulus: [
      'Stimulus',
      'A current of known course that is added to the knob’s, or takes its place: a step, a pulse, a sine, …',
    ],
    synapse: [
      'Synapse',
      'Where the spike of one neuron acts on another: one that excites pushes V towards the threshold, one that inhibits away from it.',
    ],
    jump: [
      'Jump of V (like an EPSP)',
      'Each spike that arrives moves V by J at once. A real postsynaptic potential does it within a few ms. From rest it takes this much to fire:',
    ],
    delay: ['Delay', 'The time from the spike of the sender until it acts here, as along a real axon.'],
    model: [
      'Leaky integrate-and-fire (LIF)',
      'The cell adds up its input (integrate), loses some of it (leaky), and sends a spike at the threshold (fire). Perfect means: without a leak.',
    ],
  },
} as const

/** The class wall. */
export const WALL = {
  title: 'Class wall',
  page: 'Class wall · neurond',
  alive: (alive: number, all: number) => `${alive} of ${all} alive`,
  spikes: 'Spikes of every neuron over time',
  nav: 'The whole class',
  all: {
    pause: 'Pause all',
    run: 'Run all',
    mute: 'Mute all',
    unmute: 'Unmute all',
    reset: 'Reset all',
    preset: 'Give to all',
  },
  preset: 'Preset',
  presetOf: (title: string) => `Preset “${title}”`,
  menu: 'Menu',
  window: 'Window',
  seconds: (s: number) => `${s} s`,
  ago: (s: number) => `${s} s ago`,
  now: 'now',
  dashboard: (id: string) => `Dashboard of ${id}`,
  back: 'Dashboard',
  watching:
    'You are watching. To control the class, open the link that the terminal of this neuron shows, then come back.',
  life: { alive: 'alive', silent: 'no sign of life', gone: 'gone' },
  rate: (hz: string) => `${hz} Hz`,
  paused: 'paused',
  muted: 'muted',
  source: { slider: 'slider', lost: 'knob lost' } as Record<string, string>,
  unknown: 'no connection',
  speed: (speed: string) => `× ${speed}`,
  blink: 'Blink',
  blinkOf: (id: string) => `Blink the LED of ${id}`,
  details: (id: string) => `${id}: details`,
  inactive: { gone: 'Switched off:', silent: 'No sign of life:' },
  broker: {
    off: 'There is no broker, so there is no class to show: this neuron runs alone. Give each neuron the address of one: --set mqtt.url=mqtt://HOST',
    idle: 'One moment …',
    connecting: (url: string) => `Connecting to the broker ${url} …`,
    offline: (url: string, why: string) =>
      `The broker ${url} cannot be reached${why === '' ? '' : `: ${why}`}. The neurons run on without it; the wall tries again by itself.`,
    empty: (url: string) => `No neuron has shown itself at the broker ${url} yet.`,
    refused: (what: string) => `The broker does not let this neuron read ${what}.`,
    veiled: (ids: string) =>
      `The broker hides the state of ${ids} from this neuron; “neurond acl” prints access rules that show it.`,
    overflow: (n: number) => `${n === 1 ? '1 more neuron is' : `${n} more neurons are`} not shown: the wall is full.`,
  },
  join: {
    anywhere: 'Other neurons join with the address of this broker, each under a name of its own:',
    local: 'This broker serves this machine alone. Another neuron on it joins by',
    further:
      'For a class, install a broker that every machine can reach (mosquitto), and start every neuron, this one too, with its address and a name of its own:',
    command: (id: string, url: string) => `neurond --set id=${id} --set mqtt.url=${url}`,
    host: 'mqtt://HOST',
  },
  graph: {
    title: 'Who is wired to whom',
    summary: (neurons: number, synapses: number) =>
      `Graph: ${formatCount(neurons, 'neuron')}, ${formatCount(synapses, 'synapse')}, listed in the table below.`,
    legend: { excites: 'excites', inhibits: 'inhibits' },
    hint: 'Click one neuron, then another, to wire them.',
  },
  synapses: {
    title: 'Synapses',
    none: 'No synapses yet.',
    columns: { which: 'Synapse', weight: 'Weight', tau: 'τ', delay: 'Delay', edit: 'Edit' },
    unknown: (ids: string) => `The synapses of ${ids} are not known.`,
    change: 'Change',
    changeOf: (which: string) => `Change ${which}`,
    remove: 'Remove',
    removeOf: (which: string) => `Remove ${which}`,
    arrow: { excites: '➝', inhibits: '⊣' },
    verb: { excites: 'excites', inhibits: 'inhibits' },
  },
  form: {
    add: 'Add a {synapse|synapse}',
    change: (which: string) => `Change ${which}`,
    from: 'From',
    to: 'To',
    effect: 'Effect',
    effects: { excites: '➝ excites', inhibits: '⊣ inhibits' },
    kind: 'Kind',
    kinds: { mv: 'jump of V', na: 'current' },
    weight: 'Weight',
    tau: 'Time constant τ',
    delay: 'Delay',
    submitAdd: 'Add',
    submitChange: 'Save',
    cancel: 'Cancel',
    /** What a neuron calls the numbers of a synapse when it refuses one. */
    names: {
      from: 'From',
      weightMv: 'Weight',
      weightNa: 'Weight',
      tauMs: 'Time constant τ',
      delayMs: 'Delay',
    },
    hint: 'From rest to threshold it is 15 mV by default: a larger jump makes a resting neuron fire at each spike',
  },
  peer: {
    rate: 'firing rate',
    current: 'input current',
    board: 'runs on',
    simulated: 'simulated knob or LED',
    life: 'state',
    quiet: (s: string) => `silent: nothing heard of it for ${s} s, though the broker does not call it offline`,
    pause: 'Pause',
    run: 'Run',
    mute: 'Mute LED',
    unmute: 'Unmute LED',
    reset: 'Reset',
    preset: 'Give this preset',
    source: 'current set by',
    sources: {
      knob: 'the knob',
      slider: 'a slider: somebody has taken over',
      lost: 'nothing: the knob does not answer',
    },
    computed: 'V is computed from its last spike and its current, and does not know of noise and synapses.',
    forget: 'Forget',
    confirmForget: (id: string) =>
      `Forget ${id}? The broker then keeps nothing more of it, and it is off the wall of everybody. If it comes back, it shows itself again.`,
    open: 'Open its dashboard',
  },
  notice: {
    done: (what: string, id: string) => `${what}: ${id}`,
    allDone: (what: string, n: number) => `${what}: ${formatCount(n, 'neuron has', 'neurons have')} answered.`,
    silent: (ids: string) => `No answer from ${ids}.`,
    refused: (id: string, why: string) => `${id}: ${why}`,
    synapseSaved: (which: string) => `${which}: wired`,
    removed: (which: string) => `${which}: removed`,
    forgotten: (id: string) => `${id}: forgotten`,
  },
} as const
