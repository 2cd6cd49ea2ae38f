/** Links in the texts of lessons that point at a control of the page: a ring around it, in sight. */

/** Where a control stands, and in which tab. */
interface Target {
  readonly selector: string
  readonly plot?: string
  readonly panel?: string
}

const inPanel = (panel: string, selector = '.panel') => ({ selector, panel })
const inPlots = (plot: string) => ({ selector: '.plots', plot })

/** By the name in the link, `[knob](#knob)`; the name of a parameter stands for its field. */
const TARGETS: Readonly<Record<string, Target>> = {
  knob: { selector: 'fieldset.knob' },
  slider: { selector: '#take' },
  level: { selector: '#level' },
  current: { selector: '#current' },
  lamp: { selector: '#cell, #readout-rate' },
  cell: { selector: '#cell, #show-cell' },
  equation: { selector: '#equation, #show-cell' },
  scope: { selector: '.scope' },
  freeze: { selector: '#freeze' },
  window: { selector: '#window' },
  trigger: { selector: '#trigger' },
  cursors: { selector: '#cursors' },
  rate: { selector: '.readout.rate' },
  interval: { selector: '.readout.interval' },
  voltage: { selector: '.readout.voltage' },
  spikes: { selector: '.readout.count' },
  run: { selector: '#run' },
  fi: inPlots('fi'),
  intervals: inPlots('intervals'),
  raster: inPlots('raster'),
  cv: inPlots('rate'),
  neuron: inPanel('neuron'),
  preset: inPanel('neuron', '#preset'),
  speed: inPanel('neuron', '#speed'),
  stimulus: inPanel('stimulus'),
  measure: inPanel('measure'),
  record: inPanel('record'),
}

const MARKED_MS = 4000

/** What the page does so that a target can be seen. */
export interface PageTabs {
  showPlot(tab: string): void
  showPanel(tab: string): void
}

/** @param byKey the focus goes along, for who has no pointer */
export async function pointAtControl(name: string, byKey: boolean, tabs: PageTabs): Promise<void> {
  const { selector, plot, panel } = TARGETS[name] ?? inPanel('neuron', `#${CSS.escape(name)}-number`)
  if (plot !== undefined) tabs.showPlot(plot)
  if (panel !== undefined) tabs.showPanel(panel)
  // Drawn once with the tab open, and laid out.
  await nextFrame()
  await nextFrame()
  const element = document.querySelector<HTMLElement>(selector)
  if (!element) return
  element.closest('details')?.setAttribute('open', '')
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  element.scrollIntoView({ block: 'nearest', behavior: isStill ? 'auto' : 'smooth' })
  if (byKey) element.focus({ preventScroll: true })
  mark(element)
}

function nextFrame(): Promise<void> {
  return new Promise(resolve => requestAnimationFrame(() => resolve()))
}

/** The page renders the element's class, so the ring is drawn by an attribute. */
function mark(element: HTMLElement): void {
  for (const other of document.querySelectorAll('[data-pointed]')) other.removeAttribute('data-pointed')
  element.setAttribute('data-pointed', '')
  window.setTimeout(() => element.removeAttribute('data-pointed'), MARKED_MS)
}
