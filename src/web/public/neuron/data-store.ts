/** Keeps recordings and f-I points in the browser's IndexedDB: they are still there after a reload. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { SavedFiPoints } from './data/fi-measurement.ts'
import type { NeuronRecording } from './data/recording.ts'

interface NeuronPageDb extends DBSchema {
  recordings: { key: number; value: NeuronRecording }
  /** By the id of the neuron. */
  fiPoints: { key: string; value: SavedFiPoints }
}

export interface DataStore {
  /** Every recording, newest first. */
  recordings(): Promise<readonly NeuronRecording[]>
  /** Rejects if the browser keeps nothing, or has no room. */
  addRecording(recording: NeuronRecording): Promise<void>
  removeRecording(recording: NeuronRecording): Promise<void>
  fiPoints(id: string): Promise<SavedFiPoints | undefined>
  saveFiPoints(id: string, points: SavedFiPoints): Promise<void>
}

export function createDataStore(): DataStore {
  const keys = new Map<NeuronRecording, number>()
  let opening: Promise<IDBPDatabase<NeuronPageDb>> | undefined
  const db = () => {
    opening ??= openDB<NeuronPageDb>('neurond', 1, {
      upgrade(fresh) {
        fresh.createObjectStore('recordings', { autoIncrement: true })
        fresh.createObjectStore('fiPoints')
      },
    })
    return opening
  }
  return {
    async recordings() {
      const found: NeuronRecording[] = []
      let cursor = await (await db()).transaction('recordings').store.openCursor(null, 'prev')
      for (; cursor; cursor = await cursor.continue()) {
        keys.set(cursor.value, cursor.primaryKey)
        found.push(cursor.value)
      }
      return found
    },
    async addRecording(recording) {
      keys.set(recording, await (await db()).add('recordings', recording))
    },
    async removeRecording(recording) {
      const key = keys.get(recording)
      keys.delete(recording)
      if (key !== undefined) await (await db()).delete('recordings', key)
    },
    fiPoints: async id => (await db()).get('fiPoints', id),
    async saveFiPoints(id, points) {
      await (await db()).put('fiPoints', points, id)
    },
  }
}
