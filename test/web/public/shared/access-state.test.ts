import { expect, it } from 'vitest'
import { addressForOthers, loginLink } from '../../../../src/web/public/shared/access-state.ts'

const LAN = ['http://192.168.1.7:8080', 'http://10.0.0.7:8080']

it.each([
  ['localhost', 'http://localhost:8080', LAN, LAN[0]],
  ['127.0.0.1', 'http://127.0.0.1:8080', LAN, LAN[0]],
  ['[::1]', 'http://[::1]:8080', LAN, LAN[0]],
  ['127.0.0.1', 'http://127.0.0.1:8080', [], undefined],
  // The name that this browser came by works for others of its network.
  ['pi-a.local', 'http://pi-a.local:8080', LAN, 'http://pi-a.local:8080'],
  ['neuron.school', 'https://neuron.school', LAN, 'https://neuron.school'],
])('a page open at %s (%s) is reached by others at', (hostname, origin, urls, expected) => {
  expect(addressForOthers({ hostname, origin }, urls)).toBe(expected)
})

it('the token stands behind #, whatever characters it has', () => {
  expect(loginLink('http://pi', '100%-horse#battery')).toBe('http://pi/login#100%25-horse%23battery')
})
