internal import MTASTS
