import { formatCount } from './number-format.ts'
import { isGrouped } from './parse-number.ts'

const HOW_TO_WRITE = ': write 1000 for a thousand, without a mark in between, and 1.5 or 1,5 for one and a half'

const HEALTH_WORDS = {
  good: 'All is well',
  problems: (n: number) => `Look: ${formatCount(n, 'thing')}`,
  title: 'Health',
  close: 'Close',
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
  outputLost: (name: string, why: string) => `${name} does not work. ${why}`,
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
} as const

/** Every text of the page, in English; the parameters are named where they are declared, in src/neuron/params.ts. */
export const WORDS = {
  /** Of a number that was typed and cannot be read. */
  unreadable: (name: string, text: string, allowed: string) =>
    `${name} is ${text.trim() === '' ? 'empty' : `"${text.trim()}"`}, must be ${allowed}${isGrouped(text) ? HOW_TO_WRITE : ''}`,
  login: {
    none: 'Open the link that the terminal shows: it holds the token.',
    busy: 'One moment …',
    wrong: 'This link is from an earlier start. Open the one that the terminal shows now.',
  },
  readouts: { current: 'Current', rate: 'Firing rate', interval: 'Interval', voltage: 'Voltage', count: 'Spikes' },
  header: {
    pause: 'Pause',
    run: 'Run',
    reset: 'Reset',
    mute: 'Mute LED',
    unmute: 'Unmute LED',
    identify: 'Blink LED',
    sound: 'Sound',
    help: 'Help',
    wall: 'Class wall',
    large: 'Large',
    theme: { auto: 'Theme: auto', light: 'Theme: light', dark: 'Theme: dark' },
    paused: 'paused',
    disconnected: 'connection lost, trying again',
    watching: 'You are watching. To control the neuron, open the link that its terminal shows.',
  },
  scope: {
    title: 'Membrane voltage and input current over time',
    voltage: 'V (mV)',
    current: 'I (nA)',
    time: (unit: string) => `time before now (${unit})`,
    timeFrozen: (unit: string) => `time before the freeze (${unit})`,
    timeTrigger: (unit: string) => `time after the spike (${unit})`,
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
  },
  plots: {
    tabs: { fi: 'f–I curve', intervals: 'Intervals', raster: 'Raster', rate: 'Rate & CV' },
    label: 'Plots',
    current: 'I (nA)',
    rate: 'f (Hz)',
    rheobase: 'rheobase',
    theory: 'theory',
    measured: 'measured',
    earlier: 'earlier',
    hold: 'To measure, hold the knob or take the slider',
    silent: (i: string) => `Silent at ${i} nA, as the theory says`,
    noSpikeYet: (i: string, hz: string) => `No spike yet at ${i} nA; theory says ${hz} Hz`,
    paused: 'Paused: nothing is measured',
    silentWrong: (i: string, hz: string) => `Silent at ${i} nA; theory says ${hz} Hz`,
    point: (hz: string, i: string) => `${hz} Hz at ${i} nA`,
    error: (percent: string, n: number) => `${percent} % from theory (n = ${n})`,
    chance: (percent: string) => `, chance alone makes ±${percent} %`,
    buttons: { clear: 'Clear', csv: 'CSV', png: 'PNG', svg: 'SVG' },
    interval: 'interval (ms)',
    share: 'count',
    noIntervals: 'No intervals since the last change yet: hold the current above the rheobase',
    mean: (ms: string, cv: string, intervals: string) => `mean ${ms} ms, CV ${cv}, ${intervals}`,
    intervals: (n: number) => formatCount(n, 'interval'),
    lastIntervals: (n: number) => `the last ${n} intervals`,
    sweep: 'sweep (newest on top)',
    sweepTime: (s: string) => `time in the sweep of ${s} s (s)`,
    sweepNote: 'Every line is one sweep; a regular neuron draws straight slopes.',
    rateTime: 'time before now (s)',
    cv: 'CV',
    rateNote: 'CV is 0 for clockwork and 1 for chance (Poisson).',
  },
  panels: { label: 'Controls', tabs: { neuron: 'Neuron', stimulus: 'Stimulus', record: 'Record' } },
  neuron: {
    preset: 'Preset',
    own: 'own values',
    speed: 'Speed',
    speeds: { 1: 'real time', 0.5: '2 × slower', 0.1: '10 × slower', 0.01: '100 × slower' } as Record<number, string>,
    byDefault: (value: string) => `Default ${value}`,
    toDefault: 'Back to the default',
    more: 'More',
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
    file: 'CSV file with the columns t_ms, i_na',
    fileNote: 'The first line names the columns; each row holds until the next.',
    fileSummary: (name: string, rows: number, ms: number, low: number, high: number) =>
      `${name}: ${formatCount(rows, 'row')}, ${Number((ms / 1000).toFixed(3))} s, ${low} to ${high} nA`,
    tooMany: (n: number, most: number) =>
      `has ${n} values (one wherever the current changes), at most ${most} fit into a stimulus: keep every second row, or a part of the file`,
    tooStrong: (iNa: number, min: number, max: number) =>
      `has a current of ${iNa} nA, must stay from ${min} to ${max} nA`,
    tooLong: (s: number, most: number) =>
      `lasts ${s} s, a stimulus lasts ${most} s at the most: keep a part of the file`,
    tooDense: (ms: number, least: number) =>
      `has rows ${ms} ms apart, must be ${least} ms or more: keep every second row`,
    moreLines: (n: number) => `; and ${n === 1 ? '1 more line like this' : `${n} more lines like these`}`,
    unused: (names: string) => `; not used: ${names}`,
    compare: 'The run before stays in grey for comparison.',
  },
  record: {
    name: 'Name',
    start: 'Start recording',
    stop: 'Stop recording',
    running: (spikes: number, s: string) => `Recording: ${formatCount(spikes, 'spike')} in ${s} s`,
    none: 'Nothing recorded yet. What you record stays in this browser until you download it.',
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
  health: HEALTH_WORDS,
  help: {
    title: 'Keys',
    keys: [
      ['Space', 'freeze the scope, go on'],
      ['P', 'pause the neuron, run'],
      ['K', 'take over from the knob, give it back'],
      ['← →', 'turn the slider, when it has the knob'],
      ['+ −', 'shorter and longer window'],
      ['T', 'start the scope at a spike'],
      ['R', 'reset the membrane to its start'],
      ['C', 'clear the f–I curve'],
      ['M', 'mute the LED'],
      ['S', 'sound on spikes'],
      ['L', 'large: the scope alone'],
      ['H', 'this help'],
    ] as readonly (readonly [string, string])[],
  },
} as const

export type Theme = keyof typeof WORDS.header.theme
