"""Augmentation: turns stored squares into pictures like those of phone listings (clutter, perspective,
partial views, low light).

Works on a whole batch on the training device.
"""
import math

import torch
import torch.nn.functional as F

RGB_TO_YIQ = [[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]]


def normalize(pictures):
    """uint8 [N, H, W, 3] -> float [N, 3, H, W] in [-1, 1]."""
    return pictures.permute(0, 3, 1, 2).float() / 127.5 - 1


def augment(pictures, size, generator):
    """uint8 [N, S, S, 3] -> float [N, 3, size, size] in [-1, 1]."""
    device, n = pictures.device, len(pictures)

    def uniform(low, high, *shape):
        return torch.rand(n, *shape, device=device, generator=generator) * (high - low) + low

    def chance(p):
        return torch.rand(n, device=device, generator=generator) < p

    x = normalize(pictures)
    warped, inside = _warp(x, size, uniform, chance)
    x = _fill_background(warped, inside, x, size, chance, generator)
    x = _jitter_light(x, uniform, chance)
    x = _blur(x, chance, size)
    return _erase(x, uniform, chance, size).clamp(-1, 1)


def recolor(x, which, generator):
    """Shows the pictures of `which` (bool [N]) in other colors: rotates their chroma by a random angle and
    scales it.

    The luma stays, so what the two pictures have in common is the design.
    """
    n, device = len(x), x.device
    angle = torch.rand(n, device=device, generator=generator) * 2 * math.pi
    strength = torch.rand(n, device=device, generator=generator) + 0.5
    cos, sin = (strength * torch.cos(angle)), (strength * torch.sin(angle))
    to_yiq = torch.tensor(RGB_TO_YIQ, device=device)
    rotation = torch.zeros(n, 3, 3, device=device)
    rotation[:, 0, 0] = 1
    rotation[:, 1, 1], rotation[:, 1, 2], rotation[:, 2, 1], rotation[:, 2, 2] = cos, -sin, sin, cos
    matrix = torch.linalg.inv(to_yiq) @ rotation @ to_yiq
    recolored = torch.einsum('nij,njhw->nihw', matrix, (x + 1) / 2).clamp(0, 1) * 2 - 1
    return torch.where(which.view(n, 1, 1, 1), recolored, x)


def _warp(x, size, uniform, chance):
    """A random crop, rotated, mirrored and tilted a little. Also returns where the picture covers the
    output."""
    n = len(x)
    area = torch.where(chance(0.25), uniform(1.0, 1.9), uniform(0.35, 1.0))
    aspect = torch.exp(uniform(-0.3, 0.3))
    sx, sy = (area * aspect).sqrt(), (area / aspect).sqrt()
    angle = uniform(-0.2, 0.2) * chance(0.6).float()
    flip = torch.where(chance(0.5), -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    slack_x, slack_y = (1 - sx).abs(), (1 - sy).abs()
    one = torch.ones(n, device=x.device)
    tilt = chance(0.4).float()
    homography = torch.stack([
        flip * sx * cos, -sx * sin, uniform(-1, 1) * slack_x,
        flip * sy * sin, sy * cos, uniform(-1, 1) * slack_y,
        uniform(-0.15, 0.15) * tilt, uniform(-0.15, 0.15) * tilt, one], 1).view(n, 3, 3)
    axis = (torch.arange(size, device=x.device) + 0.5) * 2 / size - 1
    gy, gx = torch.meshgrid(axis, axis, indexing='ij')
    points = torch.stack([gx, gy, torch.ones_like(gx)], -1).view(1, -1, 3) @ homography.transpose(1, 2)
    grid = (points[..., :2] / points[..., 2:]).view(n, size, size, 2)
    inside = (grid.abs().amax(-1) <= 1).unsqueeze(1)
    return F.grid_sample(x, grid, mode='bilinear', padding_mode='border', align_corners=False), inside


def _fill_background(warped, inside, x, size, chance, generator):
    """Shows an enlarged part of another picture of the batch where a picture does not reach, in half of the
    pictures."""
    n = len(x)
    other = x[torch.randperm(n, device=x.device, generator=generator)]
    start = int(torch.randint(0, x.shape[2] // 2, (1,), device=x.device, generator=generator))
    half = x.shape[2] // 2
    background = F.interpolate(other[:, :, start:start + half, start:start + half], size=(size, size),
                               mode='bilinear', align_corners=False)
    use = (chance(0.5).view(n, 1, 1, 1) & ~inside).float()
    return warped * (1 - use) + background * use


def _jitter_light(x, uniform, chance):
    """Brightness, contrast, saturation, tint, gamma and noise."""
    n = len(x)

    def per_picture(value):
        return value.view(n, 1, 1, 1)

    x = (x + 1) / 2
    x = x * per_picture(uniform(0.75, 1.25)) + per_picture(uniform(-0.06, 0.06))
    mean = x.mean((2, 3), keepdim=True).mean(1, keepdim=True)
    x = (x - mean) * per_picture(uniform(0.75, 1.25)) + mean
    gray = x.mean(1, keepdim=True)
    x = gray + (x - gray) * per_picture(uniform(0.8, 1.2))
    tint = 1 + (uniform(-0.06, 0.06, 3) * chance(0.5).float().view(n, 1)).view(n, 3, 1, 1)
    x = (x * tint).clamp(1e-3, 1)
    gamma = torch.where(chance(0.2), uniform(1.3, 2.0), uniform(0.85, 1.15))
    x = x ** per_picture(gamma)
    noise = torch.randn_like(x) * per_picture(uniform(0, 0.06) * chance(0.3).float())
    return (x + noise) * 2 - 1


def _blur(x, chance, size):
    """Removes detail from a fifth of the batch, as in small source pictures and unsharp phone photos."""
    factor = 2 if torch.rand(()) < 0.6 else 3
    small = F.interpolate(x, size=(size // factor, size // factor), mode='bilinear', align_corners=False)
    blurred = F.interpolate(small, size=(size, size), mode='bilinear', align_corners=False)
    use = chance(0.2).view(-1, 1, 1, 1)
    return torch.where(use, blurred, x)


def _erase(x, uniform, chance, size):
    """Random erasing: a gray rectangle hides a part of a quarter of the pictures."""
    n = len(x)
    axis = (torch.arange(size, device=x.device) + 0.5) / size

    def span():
        center, half = uniform(0, 1).view(n, 1), uniform(0.05, 0.22).view(n, 1)
        return (axis - center).abs() < half

    hidden = span().view(n, 1, size, 1) & span().view(n, 1, 1, size) & chance(0.25).view(n, 1, 1, 1)
    return torch.where(hidden, uniform(-1, 1).view(n, 1, 1, 1).expand_as(x), x)
