"""Trains from raw packs to a model file, on the tiny catalogue."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

from tiny_catalogue import ROOT, catalogue, write_recipe  # before all that it may find missing

import onnx
import torch

from groknet.training import onnx_file


class EndToEnd(unittest.TestCase):
    """A trunk of two convolutions learns to distinguish red squares from blue ones."""

    def test_from_packs_to_a_model_file_and_resumed_from_a_checkpoint(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = catalogue(folder)
            write_recipe(folder / 'recipe.toml')
            first = self.train(folder, 'universal', '30')
            self.assertIn('"step": 30', first)
            again = self.train(folder, 'universal,export', '60')
            self.assertNotIn('"step": 30', again)
            self.assertIn('"step": 60', again)
            figures = json.loads((folder / 'out' / 'figures' / 'universal.json').read_text())
            self.assertGreater(figures['heads']['colour']['accuracy'], 0.9)
            self.check_model(folder / 'out' / 'groknet.onnx')

    def test_single_task_networks_teach_the_universal_one(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = catalogue(folder)
            write_recipe(folder / 'recipe.toml', distillation=True)
            log = self.train(folder, 'single,distilled,averaged', '20')
            self.assertIn('"keep_relations"', log)
            for name in ('distilled', 'averaged'):
                figures = json.loads((folder / 'out' / 'figures' / f'{name}.json').read_text())
                self.assertGreater(figures['heads']['colour']['accuracy'], 0.9)
            self.check_mean(*(torch.load(folder / 'out' / f'{name}.pt')
                              for name in ('averaged', 'further-2', 'further-3')))

    def check_mean(self, mean, one, other):
        self.assertFalse(torch.equal(one['heads.weight'], other['heads.weight']),
                         'the same order of pictures twice')
        wanted = (one['heads.weight'].float() + other['heads.weight'].float()) / 2
        self.assertLess(float((mean['heads.weight'].float() - wanted).abs().max()), 1e-3)

    def train(self, folder, phases, steps):
        command = [sys.executable, '-m', 'groknet.training', '--packs', folder / 'packs', '--weights', folder,
                   '--out', folder / 'out', '--recipe', folder / 'recipe.toml', '--phases', phases,
                   '--model', 'universal', '--steps', steps, '--refit-steps', '20', '--device', 'cpu',
                   '--workers', '1']
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                              env=dict(os.environ, OMP_NUM_THREADS='1'))
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return done.stdout

    def check_model(self, path):
        model = onnx.load(str(path))
        self.assertEqual([o.name for o in model.graph.output],
                         ['embedding', 'logits', 'vertical', 'familiarity', 'subject'])
        metadata = json.loads({p.key: p.value for p in model.metadata_props}[onnx_file.METADATA_KEY])
        self.assertEqual(metadata['subject'], {'cells': 16})
        self.assertEqual([h['name'] for h in metadata['heads']], ['colour'])
        self.assertEqual(sorted(metadata['heads'][0]['values']), ['blue', 'red'])


if __name__ == '__main__':
    unittest.main()
