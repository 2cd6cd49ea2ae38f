/** Everything a user can do on the class wall, whether by button or click. */
import type { LessonRequest } from '../../../lessons/report.ts'
import type { Reply } from '../../../loop/types.ts'
import type { Peer, Synapse } from '../../../mqtt/types.ts'
import { createAccessActions } from '../shared/access-view.ts'
import { COMMON_WORDS } from '../shared/common-words.ts'
import { sendRequest } from '../shared/requests.ts'
import { inWords } from '../shared/spoken-names.ts'
import { nextTheme } from '../shared/theme.ts'
import { createLessonActions } from './lesson-actions.ts'
import { ALL } from './lesson-progress.ts'
import { mayControl, type WallModel } from './model.ts'
import {
  draftOf,
  edgeName,
  newDraft,
  type SynapseDraft,
  type SynapseEdge,
  unreadableIn,
  withDraft,
  withoutEdge,
} from './synapse-edges-and-draft.ts'
import { WALL_WORDS } from './words.ts'

export type WallActions = ReturnType<typeof createWallActions>

interface Wall {
  readonly model: WallModel
  /** To be called when the page must be rendered again. */
  readonly changed: () => void
}

type Payload = { readonly on?: boolean; readonly name?: string } | LessonRequest

export function createWallActions(model: WallModel, changed: () => void) {
  const wall: Wall = { model, changed }
  const set = <K extends keyof WallModel>(key: K, value: WallModel[K]) => {
    model[key] = value
    changed()
  }
  return {
    /** @param label the words on the button */
    command: (id: string, verb: string, label: string, payload?: Payload) => command(wall, id, verb, label, payload),
    commandAll: (verb: string, label: string, payload?: Payload) => commandAll(wall, verb, label, payload),
    showPeer: (id: string | undefined) => showPeer(wall, id),
    forget: (id: string) => forget(wall, id),
    saveSynapse: () => saveSynapse(wall),
    removeSynapse: (edge: SynapseEdge) => removeSynapse(wall, edge),
    editSynapse: (edge: SynapseEdge) => editSynapse(wall, edge),
    cancelEdit: () => showDraft(wall, newDraft()),
    updateDraft: (part: Partial<SynapseDraft>) => set('draft', { ...model.draft, ...part }),
    pickNeuron: (id: string) => pickNeuron(wall, id),
    setWindow: (lengthS: number) => set('windowS', lengthS),
    choosePreset: (name: string) => set('preset', name),
    toggleMenu: () => set('hasMenu', !model.hasMenu),
    closeMenu: () => set('hasMenu', false),
    lessons: createLessonActions(model, changed, (target, request, label) => {
      if (target === ALL) void commandAll(wall, 'lesson', label, request)
      else void command(wall, target, 'lesson', label, request)
    }),
    access: createAccessActions(model.access, changed),
    nextTheme: () => set('theme', nextTheme(model.theme)),
  }
}

async function command(wall: Wall, id: string, verb: string, label: string, payload: Payload = {}): Promise<void> {
  const reply = await sendRequest('POST', `/api/peers/${id}/cmd/${verb}`, payload)
  if (reply.ok) expectState(wall, [id], verb, payload.on ?? true)
  const { done, refused } = WALL_WORDS.notice
  showNotice(wall, reply.ok ? done(label, id) : refused(id, inWords(reply.error.message)), !reply.ok)
}

async function commandAll(wall: Wall, verb: string, label: string, payload: Payload = {}): Promise<void> {
  const reply = await sendRequest('POST', `/api/peers/all/cmd/${verb}`, payload)
  if (!reply.ok) {
    showNotice(wall, inWords(reply.error.message), true)
    return
  }
  const { answers, silent } = reply.result as { answers: Record<string, Reply>; silent: string[] }
  const entries = Object.entries(answers)
  const done = entries.filter(([, one]) => one.ok).map(([id]) => id)
  expectState(wall, done, verb, payload.on ?? true)
  const { allDone, refused, silent: noAnswer } = WALL_WORDS.notice
  const problems = [
    ...entries.flatMap(([id, one]) => (one.ok ? [] : [refused(id, inWords(one.error.message))])),
    ...(silent.length > 0 ? [noAnswer(silent.join(', '))] : []),
  ]
  showNotice(wall, [allDone(label, done.length), ...problems].join(' '), problems.length > 0)
}

/** Neurons publish their state once a second: until then the buttons show what was commanded. */
function expectState({ model }: Wall, ids: readonly string[], verb: string, on: boolean): void {
  const key = ({ run: 'running', mute: 'muted' } as const)[verb]
  if (key) model.peers = model.peers.map(peer => (ids.includes(peer.id) ? { ...peer, [key]: on } : peer))
}

function showPeer({ model, changed }: Wall, id: string | undefined): void {
  model.notice = undefined
  model.dialogPeer = id
  changed()
  const dialog = document.getElementById('peer') as HTMLDialogElement | null
  if (id !== undefined && !dialog?.open) dialog?.showModal()
}

/** Removes a neuron from the broker, for everybody. */
async function forget(wall: Wall, id: string): Promise<void> {
  if (!confirm(WALL_WORDS.peer.confirmForget(id))) return
  const reply = await sendRequest('DELETE', `/api/peers/${id}`, {})
  const { forgotten, refused } = WALL_WORDS.notice
  if (!reply.ok) return showNotice(wall, refused(id, inWords(reply.error.message)), true)
  const { homeAssistant } = reply.result as { homeAssistant?: string }
  showNotice(wall, [forgotten(id), homeAssistant].filter(Boolean).join('; '), homeAssistant !== undefined)
}

async function saveSynapse(wall: Wall): Promise<void> {
  const { model, changed } = wall
  const { draft } = model
  const unreadable = unreadableIn(draft)
  if (unreadable) {
    model.refusal = COMMON_WORDS.unreadable(...unreadable, COMMON_WORDS.aNumber)
    return changed()
  }
  const reply = await patchSynapses(wall, draft.to, synapses => withDraft(synapses, draft))
  // The form shows one synapse, so its index is left out.
  model.refusal = reply.ok
    ? undefined
    : inWords(reply.error.message.replace(/^synapses\.\d+\./, ''), WALL_WORDS.form.names)
  if (!reply.ok) return changed()
  model.draft = draft.changes ? newDraft() : draft
  showNotice(wall, WALL_WORDS.notice.synapseSaved(edgeName(draft)))
}

async function removeSynapse(wall: Wall, edge: SynapseEdge): Promise<void> {
  const reply = await patchSynapses(wall, edge.to, synapses => withoutEdge(synapses, edge))
  wall.model.draft = newDraft()
  const { removed, refused } = WALL_WORDS.notice
  showNotice(wall, reply.ok ? removed(edgeName(edge)) : refused(edge.to, inWords(reply.error.message)), !reply.ok)
}

/** Sends the revision too, so that two users who edit the same neuron do not overwrite each other's changes. */
async function patchSynapses(
  { model }: Wall,
  id: string,
  change: (synapses: readonly Synapse[]) => readonly Synapse[],
): Promise<Reply> {
  const peer = model.peers.find(one => one.id === id)
  const { rev, synapses } = peer ?? { rev: null, synapses: null }
  const patch = { ...(rev !== null && { ifRev: rev }), synapses: change(synapses ?? []) }
  const reply = await sendRequest('PATCH', `/api/peers/${id}/params`, patch)
  if (!reply.ok) return reply
  const { rev: newRev = rev, synapses: newSynapses = patch.synapses } = reply.result as Partial<Peer>
  const changed = { rev: newRev, synapses: newSynapses }
  model.peers = model.peers.map(one => (one.id === id ? { ...one, ...changed } : one))
  return reply
}

function editSynapse(wall: Wall, edge: SynapseEdge): void {
  if (!mayControl(wall.model)) return
  showDraft(wall, draftOf(edge))
  focusWeight()
}

/** The first click picks the source of a new synapse, the second its target. */
function pickNeuron(wall: Wall, id: string): void {
  if (!mayControl(wall.model)) return
  const { model, changed } = wall
  const from = model.pickedSource
  model.pickedSource = from === undefined ? id : undefined
  if (from === undefined) {
    changed()
    return
  }
  showDraft(wall, { ...model.draft, changes: undefined, from, to: id })
  focusWeight()
}

function showDraft({ model, changed }: Wall, draft: SynapseDraft): void {
  model.refusal = undefined
  model.draft = draft
  changed()
}

function focusWeight(): void {
  document.getElementById('synapse-weight')?.focus()
}

function showNotice({ model, changed }: Wall, text: string, isBad = false): void {
  model.notice = { text, isBad }
  changed()
}
