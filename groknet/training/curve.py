"""Draws the learning curve of a training."""
import json
import pathlib


def draw(folder):
    """Reads curve.json in `folder` and writes curve.png beside it. Prints a message if matplotlib is not
    installed."""
    try:
        import matplotlib
    except ImportError:
        print('no learning-curve picture: python3-matplotlib is not installed', flush=True)
        return
    matplotlib.use('Agg')
    from matplotlib import pyplot
    lines = json.loads((pathlib.Path(folder) / 'curve.json').read_text())
    steps = [line['step'] for line in lines]
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(13, 3.6))
    for name in lines[0]['train']:
        left.plot(steps, [line['train'][name] for line in lines], label=name)
    left.set(title='training losses, weighted', xlabel='step', yscale='log')
    left.legend(fontsize=7)
    middle.plot(steps, [line['dev_accuracy'] for line in lines], label='accuracy, mean over heads')
    middle.plot(steps, [line['dev_loss'] for line in lines], label='cross-entropy, mean over heads')
    middle.set(title='held-out pictures (dev)', xlabel='step')
    middle.legend(fontsize=7)
    for name in lines[0]['counts']:
        right.plot(steps, [line['counts'][name] for line in lines], label=name)
    right.set(title='pictures of each dataset in a batch', xlabel='step', ylim=(0, None))
    right.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(pathlib.Path(folder) / 'curve.png', dpi=90)
    pyplot.close(figure)
