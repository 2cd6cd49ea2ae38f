// SPDX-License-Identifier: GPL-2.0
/*
 * simadc: for tests, a simulated I2C adapter with one ADS1115 on it (datasheet SBAS444): its registers, its conversion
 * in both modes, plain I2C and SMBus. In /sys/module/simadc/parameters:
 *   raw          what the four inputs convert to: the knob
 *   noise        so many counts up or down, at random, as a real chip has them; 0 for none
 *   reset        write 1: the chip is switched off and on
 *   fault        error number that every transfer ends with, 0 for none
 *   fault_every  every n-th transfer is not acknowledged
 *   delay_us     how long every transfer blocks
 *   xfers        transfers so far
 */
#include <linux/delay.h>
#include <linux/i2c.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/random.h>

#define POWER_ON { 0, 0x8583, 0x8000, 0x7fff }

static int nr = 1;
module_param(nr, int, 0444);
static int addr = 0x48;
module_param(addr, int, 0444);
static int raw[4];
module_param_array(raw, int, NULL, 0644);
static uint noise;
module_param(noise, uint, 0644);
static int fault;
module_param(fault, int, 0644);
static int fault_every;
module_param(fault_every, int, 0644);
static int delay_us;
module_param(delay_us, int, 0644);
static int conv_us = 1200;
module_param(conv_us, int, 0644);
static unsigned long xfers;
module_param(xfers, ulong, 0444);

static u8 pointer;
static u16 registers[4] = POWER_ON;
static ktime_t done_at;
static bool busy;

static int set_reset(const char *text, const struct kernel_param *param)
{
	static const u16 power_on[4] = POWER_ON;

	memcpy(registers, power_on, sizeof(registers));
	pointer = 0;
	busy = false;
	return 0;
}

static const struct kernel_param_ops reset_ops = { .set = set_reset };
module_param_cb(reset, &reset_ops, NULL, 0200);

/* Bring the Conversion register up to date: always in continuous mode, else when a single shot is done. */
static void convert(void)
{
	/* Inputs of the pairs AIN0-AIN1, AIN0-AIN3, AIN1-AIN3, AIN2-AIN3. */
	static const u8 plus[4] = { 0, 0, 1, 2 }, minus[4] = { 1, 3, 3, 3 };
	int mux = (registers[1] >> 12) & 7;
	bool single = registers[1] & 0x100;
	int value;

	if (single && !(busy && ktime_compare(ktime_get(), done_at) >= 0))
		return;
	value = mux >= 4 ? raw[mux - 4] : raw[plus[mux]] - raw[minus[mux]];
	if (noise)
		value += (int)(get_random_u32() % (2 * noise + 1)) - (int)noise;
	registers[0] = (u16)clamp(value, -32768, 32767);
	busy = false;
}

static void read_register(struct i2c_msg *msg)
{
	u16 value;
	int i;

	convert();
	value = registers[pointer & 3];
	if ((pointer & 3) == 1)
		value = (value & 0x7fff) | (busy ? 0 : 0x8000);
	for (i = 0; i < msg->len; i++)
		msg->buf[i] = (i & 1) ? value & 0xff : value >> 8;
}

static void write_register(struct i2c_msg *msg)
{
	u16 value;

	if (!msg->len)
		return;
	pointer = msg->buf[0];
	if (msg->len < 3 || (pointer & 3) == 0)
		return;
	value = msg->buf[1] << 8 | msg->buf[2];
	registers[pointer & 3] = value;
	if ((pointer & 3) == 1 && (value & 0x8000) && (value & 0x100)) {
		busy = true;
		done_at = ktime_add_us(ktime_get(), conv_us);
	}
}

static int transfer(struct i2c_adapter *adapter, struct i2c_msg *msgs, int num)
{
	int i;

	xfers++;
	if (delay_us)
		usleep_range(delay_us, delay_us + 50);
	if (fault)
		return -fault;
	if (fault_every > 0 && xfers % fault_every == 0)
		return -EREMOTEIO;
	for (i = 0; i < num; i++) {
		if (msgs[i].addr != addr)
			return -EREMOTEIO;
		if (msgs[i].flags & I2C_M_RD)
			read_register(&msgs[i]);
		else
			write_register(&msgs[i]);
	}
	return num;
}

static u32 functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = { .master_xfer = transfer, .functionality = functionality };
static struct i2c_adapter adapter = { .owner = THIS_MODULE, .algo = &algorithm, .name = "bcm2835 (simadc)" };

static int __init start(void)
{
	adapter.nr = nr;
	return i2c_add_numbered_adapter(&adapter);
}

static void __exit stop(void)
{
	i2c_del_adapter(&adapter);
}

module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a simulated I2C adapter with an ADS1115 for tests");
