/** The whole page from the keyboard. */

import type { Actions } from './actions.ts'
import { openDialog } from './header-view.ts'

/** @param freeze what Space does */
export function listenToKeys(intents: Actions, freeze: () => void): void {
  const actions: Readonly<Record<string, () => void>> = {
    ' ': freeze,
    p: () => void intents.run(),
    k: () => void intents.takeOrGive(),
    '+': () => intents.stepWindow(-1),
    '-': () => intents.stepWindow(1),
    t: intents.trigger,
    r: () => void intents.command('reset'),
    c: intents.clearCurve,
    m: () => void intents.mute(),
    s: intents.toggleSound,
    l: intents.enlarge,
    h: () => openDialog('help'),
    '?': () => openDialog('help'),
  }
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTaken(event)) return
    const act = actions[event.key.toLowerCase()]
    if (!act) return
    event.preventDefault()
    act()
  })
  document.addEventListener('click', leaveButton)
}

/** A button that was pressed with the mouse does not keep the keys: Space would press it again. */
function leaveButton({ target, detail }: MouseEvent): void {
  if (detail > 0 && target instanceof Element) {
    target.closest<HTMLElement>('button:not([role="tab"]), [type="checkbox"]')?.blur()
  }
}

/** Does the control that has the focus want this key for itself? */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (document.querySelector('dialog[open]')) return true
  if (key === ' ' && target.closest('button, a, summary, [type="checkbox"]')) return true
  const input = target.closest('input, select, textarea')
  return input !== null && !(input instanceof HTMLInputElement && ['range', 'checkbox'].includes(input.type))
}
