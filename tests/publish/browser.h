// A headless Chromium driven over its DevTools pipe: real pointer, wheel and key events, not scripted ones.
#pragma once

#include <sys/types.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scene/image.h"
#include "tests/publish/made_up_view.h"

namespace rv::testing {

using Json = nlohmann::json;

class Browser {
 public:
  // Null when Chromium is not installed.
  static std::unique_ptr<Browser> Start();
  ~Browser();

  // A window of this size, px, device pixels per px, and color scheme ("light" or "dark"); `motion` false is
  // prefers-reduced-motion.
  void SetScreen(int width,
                 int height,
                 double ratio = 1,
                 bool motion = true,
                 const std::string& scheme = "light",
                 bool touch = false);
  // Opens a local file and waits until it has loaded.
  void Open(const std::filesystem::path& page);
  // Opens http://item.test/NAME; this and all below that address is answered with the files of `folder`.
  void OpenServed(const std::filesystem::path& folder, const std::string& name);
  // The value of a JavaScript expression; promises are awaited. Throws std::runtime_error on an exception in
  // it.
  Json Evaluate(const std::string& expression);
  // Waits until the expression is true; false after `seconds`.
  bool WaitFor(const std::string& expression, double seconds = 30);
  // A drag of the mouse or, with `touch`, of a finger, in steps a frame apart; `rest_ms` is held still before
  // the release, so that nothing glides.
  void Drag(double x0, double y0, double x1, double y1, bool touch = false, int rest_ms = 200);
  // Two fingers apart by `before` px, then by `after`, round a point.
  void Pinch(double x, double y, double before, double after);
  void Wheel(double x, double y, double dx, double dy);
  void Key(const std::string& key, int code = 0);
  Image Screenshot();
  // Uncaught exceptions, refused content and failed requests so far; empty is good.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // Addresses asked for over the network, data: and blob: left out.
  const std::vector<std::string>& requests() const { return requests_; }

  // Of the .rview files served: where each answer began, and its bytes.
  struct Part {
    std::size_t from = 0;
    std::size_t bytes = 0;
  };
  const std::vector<Part>& parts() const { return parts_; }
  // Whether a request for a part is answered with that part, as most servers do, or with the whole file.
  void ServeParts(bool serves) { serves_parts_ = serves; }

  Json Call(const std::string& method, const Json& parameters = Json::object());

 private:
  Browser() = default;
  bool Launch();
  int Send(const std::string& method, const Json& parameters);
  void Answer(const Json& request);
  Json ReadMessage();
  void Note(const Json& message);
  void Touch(const std::string& type, const std::vector<std::pair<double, double>>& points);

  TempFolder profile_;
  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
  int next_ = 1;
  std::string session_;
  std::string buffer_;
  std::filesystem::path served_;
  bool serves_parts_ = true;
  std::vector<Part> parts_;
  std::vector<std::string> complaints_;
  std::vector<std::string> requests_;
};

}  // namespace rv::testing
