"""How far a mesh of `rotaview export glb` lies from the truth of a generated sweep.

Usage: mesh_truth.py SWEEP_DIR TRANSFORMS_JSON MESH_GLB

SWEEP_DIR: made by make_sweep --rasters (depth/, matte/ and gt.json are the truth); TRANSFORMS_JSON: of the
asset, by `rotaview export ASSET nerf FILE.json --no-images`. Camera centers are aligned by a similarity
(Umeyama, "Least-squares Estimation of Transformation Parameters", PAMI 1991). Prints, in percent of
the item's longest side: the mean distance from mesh to truth and from truth to mesh, their mean (chamfer
distance), and the 95th percentiles. What lies lower than 2 % of the height is left out on both sides: no
frame sees the underside. Parts that only the mesh has, as the deep inside of a vessel, count against it.
"""
import json
import pathlib
import struct
import sys

import numpy as np
from PIL import Image

POINTS = 12000  # of either surface, drawn with a fixed seed
GROUND = 0.02


def read_glb(path):
    """Points and triangles in the object frame."""
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack("<I", data[12:16])[0]
    scene = json.loads(data[20:20 + length])
    binary = data[20 + length + 8:]

    def read(index, kind, width):
        accessor = scene["accessors"][index]
        offset = scene["bufferViews"][accessor["bufferView"]]["byteOffset"]
        return np.frombuffer(binary, kind, accessor["count"] * width, offset).reshape(-1, width)

    primitive = scene["meshes"][0]["primitives"][0]
    points = read(primitive["attributes"]["POSITION"], "<f4", 3).astype(float)
    triangles = read(primitive["indices"], "<u4", 1).reshape(-1, 3)
    return points, triangles


def sample(points, triangles, count, random):
    first, second, third = (points[triangles[:, k]] for k in range(3))
    areas = np.linalg.norm(np.cross(second - first, third - first), axis=1)
    chosen = random.choice(len(triangles), count, p=areas / areas.sum())
    shares = random.random((count, 2))
    over = shares.sum(axis=1) > 1
    shares[over] = 1 - shares[over]
    return first[chosen] + shares[:, :1] * (second - first)[chosen] + shares[:, 1:] * (third - first)[chosen]


def centers_of_asset(path):
    """{frame: center in the object frame}: the file is that frame with +Z up."""
    turn = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
    frames = json.loads(pathlib.Path(path).read_text())["frames"]
    return {pathlib.Path(frame["file_path"]).stem: turn @ np.array(frame["transform_matrix"])[:3, 3]
            for frame in frames}


def similarity(source, target):
    """Scale, rotation, shift that bring source onto target."""
    mean_s, mean_t = source.mean(axis=0), target.mean(axis=0)
    u, d, vt = np.linalg.svd((target - mean_t).T @ (source - mean_s) / len(source))
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ sign @ vt
    scale = np.trace(np.diag(d) @ sign) / ((source - mean_s) ** 2).sum() * len(source)
    return scale, rotation, mean_t - scale * rotation @ mean_s


def read_depth(path):
    """Depth in the sweep's unit; 0 = none. Stored in thousandths."""
    return np.array(Image.open(path)) / 1000


def truth_points(folder, cameras, random):
    per_frame = 4 * POINTS // len(cameras)
    out = []
    for name, camera in sorted(cameras.items()):
        stem = pathlib.Path(name).stem
        depth = read_depth(folder / "depth" / f"{stem}.png")
        matte = np.array(Image.open(folder / "matte" / f"{stem}.png"))
        rows, cols = np.nonzero((matte > 250) & (depth > 0))
        pick = random.choice(len(rows), min(per_frame, len(rows)), replace=False)
        k = np.array(camera["K"])
        z = depth[rows[pick], cols[pick]]
        rays = np.stack([(cols[pick] + 0.5 - k[0, 2]) / k[0, 0], (rows[pick] + 0.5 - k[1, 2]) / k[1, 1],
                         np.ones(len(pick))], axis=1)
        out.append((rays * z[:, None] - np.array(camera["t"])) @ np.array(camera["R"]))
    points = np.concatenate(out)
    return points[random.choice(len(points), min(POINTS, len(points)), replace=False)]


def nearest(points, others):
    out = np.empty(len(points))
    for begin in range(0, len(points), 500):
        part = points[begin:begin + 500]
        squared = (part ** 2).sum(1)[:, None] - 2 * part @ others.T + (others ** 2).sum(1)
        out[begin:begin + 500] = np.sqrt(np.maximum(squared.min(axis=1), 0))
    return out


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    random = np.random.default_rng(1)
    cameras = json.loads((folder / "gt.json").read_text())["images"]
    asset = centers_of_asset(sys.argv[2])
    truth = {pathlib.Path(n).stem: -np.array(c["R"]).T @ np.array(c["t"]) for n, c in cameras.items()}
    common = sorted(set(asset) & set(truth))
    scale, rotation, shift = similarity(np.array([asset[name] for name in common]),
                                        np.array([truth[name] for name in common]))
    points, triangles = read_glb(sys.argv[3])
    mesh = sample(points, triangles, POINTS, random) @ (scale * rotation).T + shift
    real = truth_points(folder, cameras, random)
    size = (real.max(axis=0) - real.min(axis=0)).max()
    floor = real[:, 1].min() + GROUND * (real[:, 1].max() - real[:, 1].min())
    mesh, real = mesh[mesh[:, 1] > floor], real[real[:, 1] > floor]
    off, missed = 100 * nearest(mesh, real) / size, 100 * nearest(real, mesh) / size
    print(f"{len(common)} frames, {len(triangles)} triangles; % of the longest side:")
    print(f"mesh to truth {off.mean():.2f} (95 %: {np.quantile(off, 0.95):.2f}), "
          f"truth to mesh {missed.mean():.2f} (95 %: {np.quantile(missed, 0.95):.2f}), "
          f"chamfer {(off.mean() + missed.mean()) / 2:.2f}")


if __name__ == "__main__":
    main()
