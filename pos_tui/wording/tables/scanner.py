"""What is wrong with a scanner, and who can put it right."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "half_read": N_("Half a code was read and thrown away; scan it again."),
    "too_long": N_(
        "More than {longest} characters came without an end and were thrown away. Scan it again;"
        " if that does not help, look at the scanner's settings."
    ),
    "unreadable": N_(
        "The scanner sent something that is no whole code. Scan it again; if that does not help,"
        " set the scanner to its serial or keyboard mode."
    ),
    "failed": N_(
        "The scanner {name} cannot be read ({why}). It is tried again all the time; until then"
        " type the codes in."
    ),
    "gone": N_(
        "The scanner {name} is gone: unplugged, switched off or out of reach. Plug it in again"
        " and it goes on by itself; until then type the codes in."
    ),
    "stopped": N_(
        "The scanner {name} stopped ({why}). It is started again by itself; look whether the last"
        " code is on the list."
    ),
    "not_opened": N_(
        "The scanner {name} ({device}) could not be opened ({why}). It is tried again all the"
        " time; unplug it and plug it in again."
    ),
    "taken": N_(
        "Another program has taken the scanner {name} ({device}) for itself. Close that program,"
        " perhaps a second till, and this one takes it over."
    ),
    "no_layout": N_("There is no keyboard layout '{layout}'; a scanner can have {layouts}."),
    "evdev_package": N_(
        "The scanner {name} needs the package evdev, which is not installed. Install it on this"
        " Linux machine with: pip install 'pos-tui[scanner]', on ARM with a C compiler and"
        " 'pos-tui[scanner-compiled]'; until then its keys go to the terminal like any keyboard's."
    ),
    "evdev_no_enter": N_(
        "{device} ({its_name}) has no Enter key, so it is not the scanner {name}. Name the"
        " scanner's own device in the settings."
    ),
    "evdev_key_down": N_(
        "A key of the scanner {name} ({its_name}) is held down. Let it go, or unplug the scanner"
        " and plug it in again."
    ),
    "evdev_unnamed": N_(
        "The settings name no device for the scanner {name}. Put a part of its name there; `ls"
        " /dev/input/by-id` lists what is plugged in."
    ),
    "evdev_no_devices": N_(
        "The scanner {name} ({device}) is not plugged in, or this user may not see it: there are"
        " no input devices at all. Allow it with `sudo usermod -aG input $USER` and log in again,"
        " or with a udev rule that gives this user the device."
    ),
    "evdev_absent": N_(
        "The scanner {name} ({device}) is not plugged in. Plug it in and it goes on by itself; if"
        " it is, look at the device's name in the settings (`ls /dev/input/by-id`)."
    ),
    "evdev_forbidden": N_(
        "The scanner {name} is plugged in, but this user may not read {device}. Allow it with"
        " `sudo usermod -aG input $USER` and log in again, or with a udev rule that gives this"
        " user the device."
    ),
    "hidraw_linux_only": N_(
        "The scanner {name} is set to hidraw, which only Linux has. On Windows set it to raw input."
    ),
    "hidraw_unnamed": N_(
        "The settings name no device for the scanner {name}. Put a part of its name or its path"
        " there."
    ),
    "hidraw_absent": N_(
        "The scanner {name} ({device}) is not plugged in, or not in its HID-POS mode. Plug it in"
        ' and it goes on by itself; its manual has a code to scan for the mode ("USB HID POS").'
    ),
    "hidraw_forbidden": N_(
        "The scanner {name} is plugged in, but this user may not read {device}. Put the line"
        ' KERNEL=="hidraw*", MODE="0660", GROUP="input" into /etc/udev/rules.d/70-scanner.rules,'
        " run `sudo usermod -aG input $USER`, log in again and plug the scanner in again."
    ),
    "serial_package": N_(
        "The scanner {name} needs the package pyserial, which is not installed. Install it with:"
        " pip install pyserial"
    ),
    "serial_settings": N_(
        "The settings of the scanner {name} are not those of a serial port ({why}). Put them right"
        " and start the till again."
    ),
    "serial_usb_form": N_(
        "The port {port} of the scanner {name} is not of the form usb:VVVV:PPPP with two"
        " hexadecimal numbers, such as usb:05e0:1701. Put it right in the settings."
    ),
    "serial_forbidden": N_(
        "The scanner {name} is plugged in, but this user may not open {port}. Allow it with `sudo"
        " usermod -aG dialout $USER` and log in again."
    ),
    "serial_taken": N_(
        "Another program has the port {port} of the scanner {name} open. Close that program,"
        " perhaps a second till, and this one takes it over."
    ),
    "serial_not_opened": N_(
        "The port {port} of the scanner {name} could not be opened ({why}). It is tried again all"
        " the time; unplug the scanner and plug it in again."
    ),
    "serial_absent": N_(
        "The scanner {name} ({port}) is not plugged in. Plug it in and it goes on by itself; if it"
        " is, look at the port in the settings, and whether the scanner is set to its serial"
        ' ("virtual COM") mode.'
    ),
    "raw_input_windows_only": N_(
        "The scanner {name} is set to Windows Raw Input, which this system does not have. On Linux"
        " set it to evdev, hidraw or serial."
    ),
    "raw_input_refused": N_(
        "Windows refuses to let the till hear the scanner {name} ({why}). Its codes still come"
        " while the till's window is in front; start the till again to try once more."
    ),
    "raw_input_absent": N_(
        "The scanner {name} ({device}) is not plugged in. Plug it in and it goes on by itself; if"
        " it is, look at its VID and PID in the settings (Device Manager, Details, Hardware Ids)."
    ),
}
