import { BARE, bootGuest, type Guest } from './guest.ts'
import { startBroker } from './neurond.ts'

/** What a simulated GPIO chip pretends to be. */
export interface Board {
  readonly model: string
  readonly label: string
  /** Number of its line 0 in the old interface. */
  readonly base: number
  readonly lines: number
}

export const PI_4: Board = {
  model: 'Raspberry Pi 4 Model B Rev 1.5',
  label: 'pinctrl-bcm2711',
  base: 640,
  lines: 58,
}
export const PI_5: Board = { model: 'Raspberry Pi 5 Model B Rev 1.0', label: 'pinctrl-rp1', base: 571, lines: 54 }

const CHIP = '/sys/module/simgpio/parameters/present'
const GPIO = '/sys/class/gpio'

/** A guest in which boards can be feigned; another GPIO chip is there first. */
export async function bootForBoards(): Promise<Guest> {
  const guest = await bootGuest(BARE)
  try {
    await startBroker(guest)
    // What udev does on Raspberry Pi OS, some time after a line was exported.
    const toGroup = 'chgrp 2000 $f/value $f/direction $f/active_low; chmod 660 $f/value $f/direction $f/active_low'
    await guest.run(`chgrp 2000 ${GPIO}/export ${GPIO}/unexport; chmod 220 ${GPIO}/export ${GPIO}/unexport`)
    await guest.run(
      `(while usleep 300000; do for f in ${GPIO}/gpio[0-9]*; do ${toGroup}; done; done) >/dev/null 2>&1 &`,
    )
  } catch (error) {
    guest.close()
    throw error
  }
  return guest
}

/** Put another board's chip and name in the place of the last one's. */
export async function feign(guest: Guest, { model, label, base, lines }: Board): Promise<void> {
  const name = '/sys/firmware/devicetree/base/model'
  await guest.run(`umount ${name} 2>/dev/null; printf '${model}\\0' >/tmp/model; mount --bind /tmp/model ${name}`)
  await guest.run(`rmmod simgpio 2>/dev/null; insmod /modules/simgpio.ko label=${label} base=${base} lines=${lines}`)
  await permit(guest)
}

/** The chip of the board goes, with every line that is in use. */
export function unplugChip(guest: Guest): Promise<string> {
  return guest.run(`echo 0 >${CHIP}`)
}

/** The chip comes back. @param taken number of a line that another program takes, before the daemon can, by the old interface */
export async function plugInChip(guest: Guest, taken?: number): Promise<void> {
  const plugIn = `echo 1 >${CHIP}`
  const take = `kill -STOP $neurond; ${plugIn}; echo ${taken} >${GPIO}/export; kill -CONT $neurond`
  await guest.run(taken === undefined ? plugIn : take)
  await permit(guest)
}

/** Another program takes a line, by the old interface. */
export function takeLine(guest: Guest, number: number): Promise<string> {
  return guest.run(`echo ${number} >${GPIO}/export`)
}

/** A kernel driver takes a line of the feigned board, which neither interface gives to others; -1 lets go. */
export function holdLine(guest: Guest, line: number): Promise<string> {
  return guest.run(`echo ${line} >/sys/module/simgpio/parameters/held`)
}

export function releaseLine(guest: Guest, number: number): Promise<string> {
  return guest.run(`echo ${number} >${GPIO}/unexport`)
}

/** A knob of the simulated ADC's faults. */
export function setAdc(guest: Guest, name: 'fault' | 'fault_every' | 'delay_us' | 'noise' | 'reset', value: number) {
  return guest.run(`echo ${value} >/sys/module/simadc/parameters/${name}`)
}

async function permit(guest: Guest): Promise<void> {
  await guest.run('chgrp 2000 /dev/gpiochip*; chmod 660 /dev/gpiochip*')
}
