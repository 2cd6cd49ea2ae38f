/** Every text of the picture of the cell and its equation, in English. */
export const CELL_WORDS = {
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
  fires: (end: string) => `V heads for ${end}, over the threshold: it fires`,
  silent: (end: string) => `V heads for ${end}, not over the threshold: it is silent`,
  firesByNoise: (end: string) => `V heads for ${end}, not over the threshold: only noise makes it fire`,
  risesAlways: 'Without a leak every current above 0 makes it fire',
  neverRises: 'Without a leak V stays where it is while no current flows',
  paused: 'Paused: V stays where it is',
  spike: (threshold: string, reset: string, held: string) =>
    `Spike at ${threshold}, then V = ${reset}${held === '' ? '' : ` for ${held}`}`,
} as const
