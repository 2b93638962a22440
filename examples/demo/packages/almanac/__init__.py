"""What to do on which day: the package that the program depends on."""


def of_the_day(things, day):
    """Returns one of the things, another one each day, in turn."""
    return things[day.toordinal() % len(things)]
