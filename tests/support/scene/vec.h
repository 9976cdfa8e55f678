// Small float vectors for the picture generator's inner loops.
#pragma once

#include <cmath>
#include <numbers>

namespace rv::synthetic {

// One full turn, radians.
inline constexpr float kTurn = 2.0F * std::numbers::pi_v<float>;

struct Vec2 {
  float x = 0, y = 0;
};

struct Vec3 {
  float x = 0, y = 0, z = 0;

  Vec3 operator+(const Vec3& b) const { return {x + b.x, y + b.y, z + b.z}; }
  Vec3 operator-(const Vec3& b) const { return {x - b.x, y - b.y, z - b.z}; }
  Vec3 operator-() const { return {-x, -y, -z}; }
  Vec3 operator*(float s) const { return {x * s, y * s, z * s}; }
  Vec3 operator*(const Vec3& b) const { return {x * b.x, y * b.y, z * b.z}; }
  Vec3& operator+=(const Vec3& b) { return *this = *this + b; }
};

inline float Dot(const Vec3& a, const Vec3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 Cross(const Vec3& a, const Vec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float Norm(const Vec3& a) { return std::sqrt(Dot(a, a)); }
inline Vec3 Normalized(const Vec3& a) {
  const float n = Norm(a);
  return n > 0 ? a * (1.0F / n) : Vec3{0, 1, 0};
}
inline Vec3 Lerp(const Vec3& a, const Vec3& b, float t) { return a + (b - a) * t; }
inline float Mean(const Vec3& a) { return (a.x + a.y + a.z) * (1.0F / 3.0F); }
inline float Clamp01(float v) { return v < 0 ? 0 : (v > 1 ? 1 : v); }
// Turned about +Y: counter-clockwise seen from above, +Z towards +X.
inline Vec3 TurnY(const Vec3& a, float cosine, float sine) {
  return {cosine * a.x + sine * a.z, a.y, cosine * a.z - sine * a.x};
}

}  // namespace rv::synthetic
