/** Links in the texts of lessons point at a control of the page: a ring around it, in sight. */
import { targetNamed } from './targets.ts'

const MARKED_MS = 4000

/** What the page does so that a target can be seen. */
export interface PageTabs {
  showPlot(tab: string): void
  showPanel(tab: string): void
}

/** @param byKey the focus goes along, for who has no pointer */
export async function pointAtControl(name: string, byKey: boolean, tabs: PageTabs): Promise<void> {
  const target = targetNamed(name)
  if (target === undefined) return
  const { selector, plot, panel } = target
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
