/** Keyboard shortcuts of the dashboard. */

import type { NeuronActions } from './actions.ts'
import { openDialog } from './header-view.ts'

export function addKeyboardShortcuts(actions: NeuronActions): void {
  const shortcuts: Readonly<Record<string, () => void>> = {
    ' ': actions.toggleFreeze,
    p: () => void actions.run(),
    k: () => void actions.toggleSlider(),
    '+': () => actions.stepWindow(-1),
    '-': () => actions.stepWindow(1),
    t: actions.toggleTrigger,
    x: actions.toggleCursors,
    r: () => void actions.command('reset'),
    c: actions.clearFiPoints,
    m: () => void actions.mute(),
    s: actions.toggleSound,
    n: actions.toggleCell,
    l: actions.toggleLarge,
    h: () => openDialog('help'),
    '?': () => openDialog('help'),
  }
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTaken(event)) return
    const act = shortcuts[event.key.toLowerCase()]
    if (!act) return
    event.preventDefault()
    act()
  })
  document.addEventListener('click', blurButton)
}

/** A button that was clicked gives up the focus: Space would press it again. */
function blurButton({ target, detail }: MouseEvent): void {
  if (detail > 0 && target instanceof Element) {
    target.closest<HTMLElement>('button:not([role="tab"]), [type="checkbox"]')?.blur()
  }
}

/** Does the focused control use this key itself? */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (document.querySelector('dialog[open]')) return true
  if (key === ' ' && target.closest('button, a, summary, [type="checkbox"]')) return true
  const input = target.closest('input, select, textarea')
  return input !== null && !(input instanceof HTMLInputElement && ['range', 'checkbox'].includes(input.type))
}
