"""Trains the recognition model from raw packs in one command; run again, it continues where it stopped.

  python3 -m groknet.training --packs ../shared/products --weights ../shared/weights --out build/training

Phases (--phases):
  plain      evaluates the pretrained trunk
  single     one network for each dataset
  universal  one network on the fixed mixture
  distilled  the same, with the networks of `single` as teachers
  further    continues from `distilled` with --seed
  averaged   the mean of several networks of `further`
  adapted    one network on a mixture that follows the tasks that lag behind
  weak       continues from `adapted` with accepted crops as positives
  open       some ids are held out, for open-set evaluation
  export     writes groknet.onnx from the network of --model
"""
import argparse

import torch

from .phases import PHASES
from .session import Session


def parse():
    parser = argparse.ArgumentParser(prog='groknet.training', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--packs', required=True, help='folder of *.tar.gz packs, with heads.json or without')
    add('--weights', required=True, help='folder of pretrained trunks')
    add('--out', required=True, help='folder for checkpoints, curves, metrics and the model')
    add('--recipe', help='mixture; default: recipe.toml beside this program')
    add('--phases', default='adapted,weak,export', help=', '.join(PHASES))
    add('--model', default='weak', help='the phase whose network is exported')
    add('--as-trained', action='store_true',
        help='export: do not retrain heads and embedding on frozen features')
    add('--refit-steps', type=int, default=600, help='export: steps of the embedding on frozen features')
    add('--datasets', help='single, open: only these datasets, separated by commas')
    add('--trunk', help="instead of the recipe's: mobilenet_v2, mobilenet_edgetpu")
    add('--steps', type=int, help="instead of the recipe's")
    add('--seconds', type=int, help='a training ends its schedule after this time, whatever steps are left')
    add('--batch', type=int, help="instead of the recipe's; 64 suits a CPU")
    add('--learning-rate', type=float, help="instead of the recipe's")
    add('--seed', type=int, help='further: order of pictures; writes further-SEED.pt')
    add('--compile', action='store_true', help='torch.compile (torch 2): pays off on a GPU')
    add('--limit', type=int, help='at most this many rows of each split of a pack, for a quick look')
    add('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    add('--workers', type=int, help='processes that decode pictures')
    add('--tag', default='', help='appended to the names of results')
    return parser.parse_args()


def main():
    args = parse()
    session = Session(args)
    for phase in args.phases.split(','):
        if phase not in PHASES:
            raise SystemExit(f'no phase {phase}; choose among {", ".join(PHASES)}')
        PHASES[phase](session)


if __name__ == '__main__':
    main()
