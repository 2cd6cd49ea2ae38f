// SPDX-License-Identifier: GPL-2.0
/*
 * simgpio: one simulated GPIO chip for tests, with any label, base and number of lines. What is set is remembered, and
 * the kernel's GPIO core traces it as it does for a real chip. With present=0 the chip is pulled out, with 1 it is back.
 * held=17 has a kernel driver hold line 17, -1 lets go of it.
 */
#include <linux/gpio/consumer.h>
#include <linux/gpio/driver.h>
#include <linux/gpio/machine.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define MOST_LINES 64

static char *label = "pinctrl-bcm2711";
module_param(label, charp, 0444);
static int base = -1;
module_param(base, int, 0444);
static int lines = 54;
module_param(lines, int, 0444);

static struct platform_device *device;
static struct gpio_chip chip;
static bool level[MOST_LINES];
static bool input[MOST_LINES];
static bool there;

static int get_direction(struct gpio_chip *c, unsigned int line)
{
	return input[line] ? GPIO_LINE_DIRECTION_IN : GPIO_LINE_DIRECTION_OUT;
}

static int direction_input(struct gpio_chip *c, unsigned int line)
{
	input[line] = true;
	return 0;
}

static void set(struct gpio_chip *c, unsigned int line, int value)
{
	level[line] = value;
}

static int direction_output(struct gpio_chip *c, unsigned int line, int value)
{
	input[line] = false;
	level[line] = value;
	return 0;
}

static int get(struct gpio_chip *c, unsigned int line)
{
	return level[line];
}

static int plug_in(void)
{
	int line, error;

	memset(&chip, 0, sizeof(chip));
	for (line = 0; line < MOST_LINES; line++)
		input[line] = true;
	chip.label = label;
	chip.parent = &device->dev;
	chip.owner = THIS_MODULE;
	chip.base = base;
	chip.ngpio = lines;
	chip.get_direction = get_direction;
	chip.direction_input = direction_input;
	chip.direction_output = direction_output;
	chip.get = get;
	chip.set = set;
	error = gpiochip_add_data(&chip, NULL);
	there = !error;
	return error;
}

static int set_present(const char *text, const struct kernel_param *param)
{
	bool wanted;
	int error = kstrtobool(text, &wanted);

	if (error || !device || wanted == there)
		return error;
	if (wanted)
		return plug_in();
	gpiochip_remove(&chip);
	there = false;
	return 0;
}

static int get_present(char *text, const struct kernel_param *param)
{
	return sprintf(text, "%d\n", there);
}

static const struct kernel_param_ops present_ops = { .set = set_present, .get = get_present };
module_param_cb(present, &present_ops, NULL, 0644);

static struct gpio_desc *held;

static int set_held(const char *text, const struct kernel_param *param)
{
	int line, error = kstrtoint(text, 0, &line);

	if (error)
		return error;
	if (held)
		gpiochip_free_own_desc(held);
	held = NULL;
	if (line < 0 || !there)
		return 0;
	held = gpiochip_request_own_desc(&chip, line, "another", 0, GPIOD_ASIS);
	if (!IS_ERR(held))
		return 0;
	error = PTR_ERR(held);
	held = NULL;
	return error;
}

static const struct kernel_param_ops held_ops = { .set = set_held };
module_param_cb(held, &held_ops, NULL, 0200);

static int __init start(void)
{
	int error;

	if (lines < 1 || lines > MOST_LINES)
		return -EINVAL;
	device = platform_device_register_simple("simgpio", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	error = plug_in();
	if (error)
		platform_device_unregister(device);
	return error;
}

static void __exit stop(void)
{
	if (held)
		gpiochip_free_own_desc(held);
	if (there)
		gpiochip_remove(&chip);
	platform_device_unregister(device);
}

module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a simulated GPIO chip for tests");
