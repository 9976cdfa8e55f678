"""Reads packs (tar.gz files of a labels.csv and pictures) into one table and one array of pictures.

Pictures are resized to a square without keeping the aspect ratio, with an antialiased triangle filter. The
preprocessing of the exported model does the same, so that training and inference see the same pixels.
"""
import csv
import hashlib
import io
import json
import multiprocessing
import pathlib
import tarfile

import numpy as np
from PIL import Image

DEV_FOLDS = 20  # one training picture (or family) in 20 is held out for decisions during training
OPEN_SET_VERTICALS = {'fashion', 'home_decor'}  # validation shows products that training never saw
NOT_GARMENT = (0, 19, 41)  # values of garment masks: background, skin, hair
MIN_GARMENT_SHARE = 0.02  # of the picture; smaller garments give no crop
ROOM_WINDOWS = (0.35, 0.55)  # sides of the windows over a room scene, as shares of its shorter side


def read_packs(packs, cache, size, workers=None):
    """Returns (rows, pictures): dicts of labels.csv and uint8 [rows, size, size, 3], a memory map in `cache`.

    Each row gains `pack`. Rows of split `crop` are parts of room scenes and of masked photos, for weak
    supervision.
    """
    cache = pathlib.Path(cache)
    table, array = cache / f'rows-{size}.json', cache / f'pictures-{size}.npy'
    if not table.exists():
        cache.mkdir(parents=True, exist_ok=True)
        rows, blocks = [], []
        for pack in sorted(pathlib.Path(packs).glob('*.tar.gz')):
            pack_rows, pictures = _read_pack(pack, size, workers)
            rows += pack_rows
            blocks.append(pictures)
        if not rows:
            raise SystemExit(f'no pack (*.tar.gz) in {packs}')
        np.save(array, np.concatenate(blocks))
        partial = table.with_suffix('.part')
        partial.write_text(json.dumps(rows))
        partial.rename(table)
    return json.loads(table.read_text()), np.load(array, mmap_mode='r')


def _read_pack(pack, size, workers):
    files = {}
    with tarfile.open(pack) as tar:
        for member in tar:
            if member.isfile():
                files[member.name.lstrip('./')] = tar.extractfile(member).read()
    rows = list(csv.DictReader(io.StringIO(files['labels.csv'].decode())))
    jobs = []
    for row in rows:
        row['pack'] = pack.name.split('.')[0]
        jobs.append((files[row['path']], None, size))
    crops = []
    for row in rows:
        for box in _crop_boxes(row, files):
            crops.append(dict(row, split='crop', crop_of=row['split'], box=','.join(map(str, box))))
            jobs.append((files[row['path']], box, size))
    with multiprocessing.Pool(workers) as pool:
        pictures = pool.map(_decode, jobs, chunksize=64)
    return rows + crops, np.stack(pictures)


def _decode(job):
    data, box, size = job
    picture = Image.open(io.BytesIO(data)).convert('RGB')
    return np.asarray(picture.resize((size, size), Image.BILINEAR, box=box), np.uint8)


def _crop_boxes(row, files):
    """Parts of a photo that may show one product: windows over a room scene, boxes of masked garments."""
    if row['dataset'] == 'ikea_room':
        return _windows(int(row['width']), int(row['height']))
    if row.get('mask') and row['dataset'] == 'ccp_mask':
        return _mask_boxes(np.asarray(Image.open(io.BytesIO(files[row['mask']]))))
    return []


def _windows(width, height):
    boxes = []
    for share in ROOM_WINDOWS:
        side = int(min(width, height) * share)
        for y in range(0, height - side + 1, max(1, side // 2)):
            for x in range(0, width - side + 1, max(1, side // 2)):
                boxes.append((x, y, x + side, y + side))
    return boxes


def _mask_boxes(mask):
    boxes = []
    for value in np.unique(mask):
        if value in NOT_GARMENT or (mask == value).mean() < MIN_GARMENT_SHARE:
            continue
        ys, xs = np.nonzero(mask == value)
        boxes.append((int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1))
    return boxes


def split_masks(rows):
    """Boolean arrays [rows] by name: `train`, `dev`, `val`, `gallery`, `crop`, `generated`.

    No family or instance is in both train and dev, unless train and val share its id anyway. `generated`
    holds the validation sweeps that are not photos; they are no part of `val`.
    """
    split = np.array([row['split'] for row in rows])
    generated = np.array([row['dataset'] == 'generated' for row in rows])
    dev = np.array([row['split'] == 'train' and _is_dev(row) for row in rows], bool)
    masks = {name: split == name for name in ('gallery', 'crop')}
    return dict(masks, val=(split == 'val') & ~generated, generated=(split == 'val') & generated, dev=dev,
                train=(split == 'train') & ~dev)


def _is_dev(row):
    """Whether a training row is held out. A hash decides, so that the choice does not depend on the other
    rows."""
    group = (row['family_id'] or row['instance_id']) if row['vertical'] in OPEN_SET_VERTICALS else ''
    key = (group or row['pack'] + row['path']).encode()
    return int(hashlib.sha256(key).hexdigest(), 16) % DEV_FOLDS == 0
