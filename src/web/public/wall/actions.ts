/** What a user of the wall may want, whichever button or click says it. */
import type { Reply } from '../../../loop/types.ts'
import type { WallPeer, WallSynapse } from '../../data-sources.ts'
import { send } from '../shared/requests.ts'
import type { Theme, WallModel } from './model.ts'
import { type Draft, draftOf, type Edge, nameOf, newDraft, withDraft, without } from './synapse-edges.ts'
import { WALL_WORDS } from './words.ts'

export type WallActions = ReturnType<typeof createWallActions>

const THEMES: readonly Theme[] = ['auto', 'light', 'dark']

/** @param changed called when there is something new to show */
export function createWallActions(model: WallModel, changed: () => void) {
  const show = <K extends keyof WallModel>(key: K, value: WallModel[K]) => {
    model[key] = value
    changed()
  }
  const say = (text: string, isBad = false) => show('notice', { text, isBad })
  const mayControl = () => model.hello?.mayControl !== false

  function expect(ids: readonly string[], verb: string, on: boolean): void {
    const key = ({ run: 'running', mute: 'muted' } as const)[verb]
    if (key) model.peers = model.peers.map(peer => (ids.includes(peer.id) ? { ...peer, [key]: on } : peer))
  }

  /** @param what the words on the button */
  async function command(id: string, verb: string, what: string, payload: { readonly on?: boolean } = {}) {
    const reply = await send('POST', `/api/peers/${id}/cmd/${verb}`, payload)
    // The neurons tell their state once a second; the button must not wait for that.
    if (reply.ok) expect([id], verb, payload.on ?? true)
    say(reply.ok ? WALL_WORDS.notice.done(what, id) : WALL_WORDS.notice.refused(id, reply.error.message), !reply.ok)
  }

  async function commandAll(verb: string, what: string, payload: { readonly on?: boolean } = {}) {
    const reply = await send('POST', `/api/peers/all/cmd/${verb}`, payload)
    if (!reply.ok) {
      say(reply.error.message, true)
      return
    }
    const { answers, silent } = reply.result as { answers: Record<string, Reply>; silent: string[] }
    const entries = Object.entries(answers)
    const done = entries.filter(([, one]) => one.ok).map(([id]) => id)
    expect(done, verb, payload.on ?? true)
    const { allDone, refused, silent: noAnswer } = WALL_WORDS.notice
    const complaints = [
      ...entries.flatMap(([id, one]) => (one.ok ? [] : [refused(id, one.error.message)])),
      ...(silent.length > 0 ? [noAnswer(silent.join(', '))] : []),
    ]
    say([allDone(what, done.length), ...complaints].join(' '), complaints.length > 0)
  }

  /** The revision keeps two who edit the same neuron from undoing each other's work. */
  async function rewire(
    id: string,
    change: (synapses: readonly WallSynapse[]) => readonly WallSynapse[],
  ): Promise<Reply> {
    const peer = model.peers.find(one => one.id === id)
    const { rev, synapses } = peer ?? { rev: null, synapses: null }
    const patch = { ...(rev !== null && { ifRev: rev }), synapses: change(synapses ?? []) }
    const reply = await send('PATCH', `/api/peers/${id}/params`, patch)
    const { rev: newRev = rev, synapses: now = patch.synapses } = (reply.ok ? reply.result : {}) as Partial<WallPeer>
    if (reply.ok) model.peers = model.peers.map(one => (one.id === id ? { ...one, rev: newRev, synapses: now } : one))
    return reply
  }

  return {
    command,
    commandAll,
    async save() {
      const { draft } = model
      const reply = await rewire(draft.to, synapses => withDraft(synapses, draft))
      // Which of the list it is, the form knows.
      model.refusal = reply.ok ? undefined : reply.error.message.replace(/^synapses\.\d+\./, '')
      if (!reply.ok) return changed()
      model.draft = draft.changes ? newDraft() : draft
      say(WALL_WORDS.notice.wired(nameOf(draft)))
    },
    async remove(edge: Edge) {
      const reply = await rewire(edge.to, synapses => without(synapses, edge))
      model.draft = newDraft()
      const { removed, refused } = WALL_WORDS.notice
      say(reply.ok ? removed(nameOf(edge)) : refused(edge.to, reply.error.message), !reply.ok)
    },
    draft: (part: Partial<Draft>) => show('draft', { ...model.draft, ...part }),
    change(edge: Edge) {
      if (!mayControl()) return
      model.refusal = undefined
      show('draft', draftOf(edge))
      document.getElementById('synapse-weight')?.focus()
    },
    cancel() {
      model.refusal = undefined
      show('draft', newDraft())
    },
    /** The first of two neurons, or the second. */
    pick(id: string) {
      if (!mayControl()) return
      const from = model.picked
      if (from === undefined) return show('picked', id)
      model.refusal = undefined
      model.draft = { ...model.draft, changes: undefined, from, to: id }
      show('picked', undefined)
      document.getElementById('synapse-weight')?.focus()
    },
    show(id: string | undefined) {
      model.notice = undefined
      show('shown', id)
      const dialog = document.getElementById('peer') as HTMLDialogElement | null
      if (id !== undefined && !dialog?.open) dialog?.showModal()
    },
    /** Off the broker, for everybody. */
    async forget(id: string) {
      if (!confirm(WALL_WORDS.peer.sure(id))) return
      const reply = await send('DELETE', `/api/peers/${id}`, {})
      const { forgotten, refused } = WALL_WORDS.notice
      if (!reply.ok) return say(refused(id, reply.error.message), true)
      const { homeAssistant } = reply.result as { homeAssistant?: string }
      say([forgotten(id), homeAssistant].filter(Boolean).join('; '), homeAssistant !== undefined)
    },
    window: (lengthS: number) => show('windowS', lengthS),
    nextTheme: () => show('theme', THEMES[(THEMES.indexOf(model.theme) + 1) % THEMES.length] as Theme),
  }
}
