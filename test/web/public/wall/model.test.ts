import { expect, it } from 'vitest'
import { createWallModel, shownPeers, updatePeers } from '../../../../src/web/public/wall/model.ts'
import { fakePeer } from './fake-synapses.ts'

it('the wall has a row for whoever was alive since it was opened', () => {
  const model = createWallModel()
  updatePeers(model, true, [fakePeer('pi-10'), fakePeer('pi-9', { life: 'gone' }), fakePeer('pi-2')])
  expect(shownPeers(model).map(({ id }) => id)).toEqual(['pi-2', 'pi-10'])
  updatePeers(model, false, [fakePeer('pi-2', { life: 'gone' }), fakePeer('pi-9')])
  expect(shownPeers(model).map(({ id, life }) => `${id} ${life}`)).toEqual(['pi-2 gone', 'pi-9 alive', 'pi-10 alive'])
  updatePeers(model, true, [fakePeer('pi-9')])
  expect(shownPeers(model).map(({ id }) => id)).toEqual(['pi-9'])
})
