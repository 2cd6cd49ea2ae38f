import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isiMs } from '../../src/neuron/theory.ts'
import { buildGuests, type Guest, PROGRAMS } from './kernel/guest.ts'
import * as lab from './kernel/neurond.ts'
import { itTakesPartsAsTheyCome, takePartsAway } from './kernel/parts.ts'
import { bootForBoards, feign, PI_4, PI_5, plugInChip, releaseLine, setAdc, unplugChip } from './kernel/pi.ts'
import { MAX_NA, NEURON, soon, watch } from './kernel/watch.ts'
import { needs } from './programs.ts'

vi.setConfig({ testTimeout: 400_000, hookTimeout: 900_000 })

/** Both ways to drive a line; the last pulse is long, so that a line which is not lowered at the end is seen to be high. */
const LINES = ['outputs.1.driver=onoff', 'outputs.0.pulseMs=1000', 'outputs.1.pulseMs=1000']
const WITH_BOOM = { nodeFlags: '--require /lab/boom.cjs' }

needs(...PROGRAMS)('on kernels with faults', () => {
  let guest: Guest
  let neurond: lab.Neurond
  const { expectRate, expectSilenceAfter, expectGrowth, expectSpikes, events, lineEvents, expectLow } = watch(
    () => guest,
    () => neurond,
  )

  beforeAll(async () => {
    await buildGuests()
    guest = await bootForBoards()
  })
  afterAll(() => guest?.close())

  describe('the chip of a Pi 4, used by a member of the groups gpio and i2c', () => {
    let end: lab.End

    beforeAll(async () => {
      await feign(guest, PI_4)
      await takePartsAway(guest)
      neurond = await lab.startNeurond(guest, LINES, { user: 'pupil' })
      await lab.turnKnob(guest, 0.9)
    })

    itTakesPartsAsTheyCome(
      () => guest,
      () => neurond,
    )

    it('goes silent when the knob is pulled out, says so, and resumes by itself when it is back', async () => {
      const { length } = await events()
      await setAdc(guest, 'fault', 121)
      const reason = expect.stringMatching(/Nothing answers at 0x48: check power, SDA, SCL/)
      await soon(() => events(/^input/, length)).toMatchObject([{ type: 'inputLost', reason }])
      await expectSilenceAfter((await events(/^inputLost/, length))[0])
      await setAdc(guest, 'fault', 0)
      await expectRate(0.9)
      await soon(() => events(/^input/, length)).toMatchObject([{ type: 'inputLost' }, { type: 'inputBack' }])
    })

    it('configures the chip again when that was switched off and on, says so, and follows the knob as before', async () => {
      const { length } = await events()
      await setAdc(guest, 'reset', 1)
      await lab.turnKnob(guest, 0.7)
      await expectRate(0.7)
      const reason = expect.stringMatching(/was switched off and on: its Config register holds 0x8583/)
      await soon(() => events(/./, length)).toMatchObject([{ type: 'inputReset', reason }])
    })

    it('keeps its rate when every seventh transfer is not acknowledged, and says so once for all of them', async () => {
      const { length } = await events()
      await setAdc(guest, 'fault_every', 7)
      await lab.turnKnob(guest, 0.9)
      await expectRate(0.9)
      await setAdc(guest, 'fault_every', 0)
      const reason = expect.stringMatching(/Nothing answers at 0x48/)
      const first = async () => (await events(/./, length))[0]
      await soon(first).toMatchObject({ type: 'inputFaltered', errors: expect.any(Number), reason })
    })

    it('lives through a bus that blocks for a second, says so, and resumes by itself', async () => {
      const { length } = await events()
      await setAdc(guest, 'fault', 110)
      await setAdc(guest, 'delay_us', 1_000_000)
      const reason = expect.stringMatching(/The bus is blocked/)
      const lost = async () => (await events(/^inputLost/, length))[0]
      await soon(lost).toBeDefined()
      await expectSilenceAfter(await lost())
      await setAdc(guest, 'delay_us', 0)
      await setAdc(guest, 'fault', 0)
      await expectRate(0.9)
      const lastTwo = async () => (await events(/Lost|Back/)).slice(-2)
      await soon(lastTwo).toMatchObject([{ type: 'inputLost', reason }, { type: 'inputBack' }])
    })

    it('leaves its lines low at SIGTERM while the bus blocks', async () => {
      await lab.turnKnob(guest, 0)
      await guest.run('cd /sys/module/simadc/parameters; echo 1000000 >delay_us; echo 110 >fault; usleep 50000')
      end = await neurond.end('TERM')
      await setAdc(guest, 'delay_us', 0)
      await setAdc(guest, 'fault', 0)
      await expectLow(PI_4.base)
    })

    it('has lost no spike in all this, and only those of a blocked second shared a flash', async () => {
      expect(end.code).toBe(0)
      const messages = await neurond.published()
      const spikes = lab.spikesOf(messages)
      expect(end.log).toContain(`stopped after ${spikes.length} spikes; outputs are low`)
      expect(spikes.map(spike => spike.seq)).toEqual(spikes.map((_, i) => i + 1))
      for (const flashes of await lab.flashesOf(guest, PI_4.base)) {
        expect(spikes.length - flashes).toBeGreaterThanOrEqual(0)
        expect(spikes.length - flashes).toBeLessThan((2500 + lab.stalledMs(messages)) / isiMs(NEURON, 0.9 * MAX_NA))
      }
    })
  })

  describe('the chip of a Pi 5, which is pulled out', () => {
    const ledFlashes = async () => (await lab.flashesOf(guest, PI_5.base))[0]!

    beforeAll(async () => {
      await feign(guest, PI_5)
      neurond = await lab.startNeurond(guest, LINES, WITH_BOOM)
      await lab.turnKnob(guest, 0.9)
    })

    it('is found by its label', async () => {
      const log = await neurond.log()
      expect(log).toMatch(/led: GPIO17 on pinctrl-rp1 by \/dev\/gpiochip1 \(chosen by auto\)/)
      expect(log).toMatch(/buzzer: GPIO18 on pinctrl-rp1 by onoff \(\/sys\/class\/gpio\/gpio589\)/)
    })

    it('is missed, but the neuron goes on; back in its place it flashes again', async () => {
      await unplugChip(guest)
      await expectSpikes()
      await soon(lineEvents(0)).toEqual(['outputLost buzzer', 'outputLost led'])
      await plugInChip(guest)
      await soon(lineEvents(2)).toEqual(['outputBack buzzer', 'outputBack led'])
      for (const line of [0, 1]) await expectGrowth(async () => (await lab.flashesOf(guest, PI_5.base))[line]!)
    })

    it('does without a line that another program has taken meanwhile, and takes it back when that lets go', async () => {
      const { length } = await events()
      await unplugChip(guest)
      await soon(lineEvents(length)).toEqual(['outputLost buzzer', 'outputLost led'])
      await plugInChip(guest, PI_5.base + 17)
      const [dark] = await lab.flashesOf(guest, PI_5.base)
      await expectSpikes()
      await soon(lineEvents(length + 2)).toEqual(['outputBack buzzer'])
      expect((await lab.flashesOf(guest, PI_5.base))[0]).toBe(dark)
      await releaseLine(guest, PI_5.base + 17)
      await soon(lineEvents(length + 3)).toEqual(['outputBack led'])
      await expectGrowth(ledFlashes)
    })

    it('has its lines low after an exception in the main thread', async () => {
      await lab.turnKnob(guest, 0)
      const { code, log } = await neurond.end('USR2')
      expect(log).toContain('boom in the main thread')
      expect(code).not.toBe(0)
      await expectLow(PI_5.base)
    })

    it('has its lines low after an exception in the neuron thread, and drives them when that lives again', async () => {
      neurond = await lab.startNeurond(guest, LINES, WITH_BOOM)
      await lab.turnKnob(guest, 0.9)
      await expectGrowth(ledFlashes)
      await guest.run('touch /tmp/boom')
      await soon(neurond.log).toMatch(/the neuron thread crashed after spike \d+.*: boom in the neuron thread/)
      await expectLow(PI_5.base)
      await guest.run('rm /tmp/boom')
      await expectGrowth(ledFlashes)
      expect((await neurond.end('TERM')).code).toBe(0)
      await expectLow(PI_5.base)
    })
  })

  it('tells a user outside of the groups i2c and gpio what to do', async () => {
    const start = (user: string) => `su -s /bin/sh ${user} -c '${lab.commandLine()}' >/tmp/${user} 2>&1 & ${user}=$!`
    const words = (user: string) => guest.run(`wait $${user}; echo "code $?"; cat /tmp/${user}`, 240_000)
    await guest.run(start('stranger'))
    await guest.run(start('reader'))
    const [stranger, reader] = [await words('stranger'), await words('reader')]
    expect(stranger).toMatch(/\/dev\/i2c-1.*permission denied.*`sudo usermod -aG i2c \$USER`, then log in again/i)
    expect(reader).toMatch(/\/dev\/gpiochip.*permission denied.*`sudo usermod -aG gpio \$USER`, then log in again/i)
    for (const said of [stranger, reader]) expect(said).toMatch(/^code 1$/m)
  })
})
