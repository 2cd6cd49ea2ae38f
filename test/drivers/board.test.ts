import { describe, expect, it } from 'vitest'
import { boardOf } from '../../drivers/board.ts'

describe('board', () => {
  it.each([
    ['Raspberry Pi 3 Model B Plus Rev 1.3\0', true, false],
    ['Raspberry Pi Zero 2 W Rev 1.0\0', true, false],
    ['Raspberry Pi 5 Model B Rev 1.0\0', true, true],
    ['Raspberry Pi 500 Rev 1.0\0', true, true],
    ['Raspberry Pi Compute Module 5 Rev 1.0\0', true, true],
    ['Raspberry Pi Compute Module 4 Rev 1.1\0', true, false],
    ['Orange Pi 5', false, false],
    ['', false, false],
  ])('%j', (model, raspberryPi, rp1) => {
    expect(boardOf(model)).toEqual({ model: model.replace('\0', ''), raspberryPi, rp1 })
  })
})
