def month(number):
    return "January February March April May June July August September October November December".split()[number - 1]
