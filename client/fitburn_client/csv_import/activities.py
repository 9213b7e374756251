"""Workout types as other programs name them."""

from collections.abc import Mapping

from fitburn_client.csv_import.names import normal

_NAMES: Mapping[str, str] = {
    "walking": "walk, hiking, hike, nordic walking, treadmill walking, indoor walking, casual walking, speed walking,"
    " ходьба, прогулка, пешая прогулка, поход, скандинавская ходьба, Gehen, Spaziergang, Spazieren, Wandern,"
    " Wanderung",
    "running": "run, treadmill, treadmill running, trail running, trail run, track running, indoor running,"
    " virtual run,"
    " street running, jogging, road running, бег, забег, пробежка, бег на дорожке, бег на беговой дорожке,"
    " беговая дорожка,"
    " трейл, трейлраннинг, бег по тропам, Laufen, Lauf, Joggen, Laufband, Trailrunning, Traillauf",
    "cycling": "ride, bike, biking, road biking, road cycling, mountain biking, mountain bike ride, gravel ride,"
    " gravel cycling, gravel unpaved cycling, outdoor cycling, bicycling, e-bike ride, велосипед, велоспорт,"
    " велозаезд,"
    " заезд, велопрогулка, езда на велосипеде, шоссейный велоспорт, Radfahren, Radfahrt, Rad, Rennradfahren,"
    " Mountainbiken",
    "spinning": "indoor cycling, virtual ride, virtual cycling, stationary bike, spin, сайклинг, сайкл, велотренажер,"
    " велостанок, виртуальный заезд, Indoor-Radfahren, Ergometer, Heimtrainer, virtuelle Radfahrt",
    "elliptical": "elliptical trainer, cross trainer, crosstrainer, эллипс, эллиптический тренажер, Ellipsentrainer",
    "rowing": "indoor rowing, row, rower, virtual row, гребля, гребной тренажер, гребля на тренажере, Rudern,"
    " Rudergerät",
    "stairs": "stair stepper, stairstepper, stair climbing, stairclimbing, stair climber, floor climbing,"
    " stair treadmill,"
    " лестница, степпер, подъем по лестнице, Treppe, Treppensteigen, Stepper",
    "swimming": "swim, pool swim, pool swimming, lap swimming, open water swimming, open water swim, плавание,"
    " плавание в бассейне, бассейн, плавание на открытой воде, Schwimmen, Schwimmbad, Bahnschwimmen,"
    " Freiwasserschwimmen",
    "hiit": "high intensity interval training, interval training, crossfit, вииит, виит, интервальная тренировка,"
    " высокоинтенсивная интервальная тренировка, кроссфит, Intervalltraining",
    "circuit": "circuit training, круговая тренировка, функциональная тренировка, Zirkeltraining, Zirkel,"
    " functional strength training",
    "strength": "strength training, weight training, weights, weightlifting, weight lifting, gym,"
    " traditional strength"
    " training, силовая тренировка, силовая, силовые, силовые тренировки, тренажерный зал, тяжелая атлетика,"
    " Krafttraining,"
    " Kraft, Gewichtheben",
    "kettlebell": "kettlebells, kettle bell, гири, гиря, гиревой спорт, Kugelhantel",
    "boxing": "box, kickboxing, mixed martial arts, бокс, кикбоксинг, Boxen, Kickboxen",
    "jump_rope": "jump rope, jumping rope, rope skipping, skipping, скакалка, прыжки на скакалке, Seilspringen,"
    " Springseil",
    "dance": "dancing, zumba, cardio dance, social dance, танцы, танец, зумба, Tanzen, Tanz",
    "yoga": "hatha yoga, power yoga, vinyasa, йога, хатха йога",
    "pilates": "mat pilates, reformer pilates, пилатес",
}
TYPES: Mapping[str, str] = {
    normal(name): kind for kind, names in _NAMES.items() for name in (kind, *names.split(",")) if name.strip()
}
"""The type of each normalised name."""

_APPLE = "hkworkoutactivitytype"


def workout_type(text: str) -> str | None:
    """The product's workout type; None for a name that is not known."""
    return TYPES.get(normal(text).removeprefix(_APPLE))


def known_types() -> str:
    return ", ".join(_NAMES)
