#include "tests/publish/browser.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "base/byte_io.h"

namespace rv::testing {
namespace {

constexpr int kTimeoutMs = 60000;

void SleepMs(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

std::string FindChromium() {
  for (const char* name : {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"})
    if (::access(name, X_OK) == 0) return name;
  return {};
}

std::string ContentType(const std::filesystem::path& file) {
  if (file.extension() == ".html") return "text/html";
  if (file.extension() == ".js") return "text/javascript";
  return "application/octet-stream";
}

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string ToBase64(const std::string& bytes) {
  std::string text;
  unsigned group = 0;
  int bits = 0;
  for (const char c : bytes) {
    group = group << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6;) text += kDigits[group >> (bits -= 6) & 63];
  }
  if (bits > 0) text += kDigits[group << (6 - bits) & 63];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::vector<std::uint8_t> FromBase64(const std::string& text) {
  std::vector<std::uint8_t> bytes;
  unsigned group = 0;
  int bits = 0;
  for (const char c : text) {
    const char* at = std::char_traits<char>::find(kDigits, 64, c);
    if (at == nullptr) break;
    group = group << 6 | static_cast<unsigned>(at - kDigits);
    bits += 6;
    if (bits >= 8) bytes.push_back(static_cast<std::uint8_t>(group >> (bits -= 8)));
  }
  return bytes;
}

}  // namespace

std::unique_ptr<Browser> Browser::Start() {
  std::unique_ptr<Browser> browser(new Browser);
  if (!browser->Launch()) return nullptr;
  const Json target = browser->Call("Target.createTarget", {{"url", "about:blank"}});
  browser->session_ = browser->Call("Target.attachToTarget",
                                    {{"targetId", target["targetId"]}, {"flatten", true}})["sessionId"];
  for (const char* domain : {"Page", "Runtime", "Network", "Log"})
    browser->Call(std::string(domain) + ".enable");
  return browser;
}

bool Browser::Launch() {
  const std::string program = FindChromium();
  if (program.empty()) return false;
  int down[2], up[2];
  if (::pipe2(down, O_CLOEXEC) != 0 || ::pipe2(up, O_CLOEXEC) != 0) return false;
  const std::string profile = "--user-data-dir=" + (profile_ / "profile").string();
  process_ = ::fork();
  if (process_ == 0) {
    ::setpgid(0, 0);
    // Chromium reads commands from 3 and writes to 4; copies above both first, since either may be in the
    // way.
    const int in = ::fcntl(down[0], F_DUPFD, 10), out = ::fcntl(up[1], F_DUPFD, 10);
    ::dup2(in, 3);
    ::dup2(out, 4);
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, 1);
    ::dup2(nothing, 2);
    ::execl(program.c_str(), program.c_str(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-extensions", "--enable-unsafe-swiftshader", "--hide-scrollbars",
            "--force-color-profile=srgb", "--remote-debugging-pipe", profile.c_str(), nullptr);
    ::_exit(127);
  }
  ::setpgid(process_, process_);
  ::close(down[0]);
  ::close(up[1]);
  to_ = down[1];
  from_ = up[0];
  return true;
}

Browser::~Browser() {
  if (to_ >= 0) ::close(to_);
  if (from_ >= 0) ::close(from_);
  if (process_ <= 0) return;
  for (int i = 0; i < 50 && ::waitpid(process_, nullptr, WNOHANG) == 0; ++i) SleepMs(20);
  ::kill(-process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  SleepMs(50);  // its helpers let go of the profile
}

Json Browser::ReadMessage() {
  while (true) {
    const std::size_t end = buffer_.find('\0');
    if (end != buffer_.npos) {
      const Json message = Json::parse(buffer_.substr(0, end));
      buffer_.erase(0, end + 1);
      return message;
    }
    pollfd waiting{from_, POLLIN, 0};
    if (::poll(&waiting, 1, kTimeoutMs) <= 0) throw std::runtime_error("the browser does not answer");
    char bytes[65536];
    const ssize_t got = ::read(from_, bytes, sizeof bytes);
    if (got <= 0) throw std::runtime_error("the browser has ended");
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
}

void Browser::Note(const Json& message) {
  const std::string method = message.value("method", "");
  if (method == "Runtime.exceptionThrown")
    complaints_.push_back(message["params"]["exceptionDetails"].dump());
  if (method == "Log.entryAdded" && message["params"]["entry"]["level"] == "error")
    complaints_.push_back(message["params"]["entry"]["text"].get<std::string>());
  if (method == "Fetch.requestPaused") Answer(message["params"]);
  if (method != "Network.requestWillBeSent") return;
  const std::string url = message["params"]["request"]["url"];
  if (url.rfind("data:", 0) != 0 && url.rfind("blob:", 0) != 0) requests_.push_back(url);
}

void Browser::Answer(const Json& request) {
  const std::string url = request["request"]["url"];
  const std::filesystem::path file = served_ / url.substr(url.find_last_of('/') + 1);
  const bool found = std::filesystem::is_regular_file(file);
  std::string body = found ? Slurp(file) : "";
  Json headers = {{{"name", "Content-Type"}, {"value", ContentType(file)}}};
  int code = found ? 200 : 404;
  const std::string range = request["request"]["headers"].value("Range", "");
  std::size_t from = 0, to = 0;
  if (found && serves_parts_ && std::sscanf(range.c_str(), "bytes=%zu-%zu", &from, &to) == 2) {
    code = 206;
    to = std::min(to, body.size() - 1);
    headers.push_back({{"name", "Content-Range"},
                       {"value", "bytes " + std::to_string(from) + "-" + std::to_string(to) + "/" +
                                     std::to_string(body.size())}});
    body = from <= to ? body.substr(from, to - from + 1) : "";
  }
  if (url.ends_with(".rview")) parts_.push_back({from, body.size()});
  Send("Fetch.fulfillRequest", {{"requestId", request["requestId"]},
                                {"responseCode", code},
                                {"responseHeaders", headers},
                                {"body", ToBase64(body)}});
}

int Browser::Send(const std::string& method, const Json& parameters) {
  const int id = next_++;
  Json message = {{"id", id}, {"method", method}, {"params", parameters}};
  if (!session_.empty()) message["sessionId"] = session_;
  const std::string text = message.dump() + '\0';
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t written = ::write(to_, text.data() + sent, text.size() - sent);
    if (written <= 0) throw std::runtime_error("the browser has ended");
    sent += static_cast<std::size_t>(written);
  }
  return id;
}

Json Browser::Call(const std::string& method, const Json& parameters) {
  const int id = Send(method, parameters);
  while (true) {
    const Json answer = ReadMessage();
    if (answer.value("id", 0) != id) {
      Note(answer);
      continue;
    }
    if (answer.contains("error")) throw std::runtime_error(method + ": " + answer["error"].dump());
    return answer["result"];
  }
}

void Browser::OpenServed(const std::filesystem::path& folder, const std::string& name) {
  served_ = folder;
  Json patterns = Json::array();
  patterns.push_back({{"urlPattern", "http://item.test/*"}});
  Call("Fetch.enable", {{"patterns", patterns}});
  Call("Page.navigate", {{"url", "http://item.test/" + name}});
  if (!WaitFor("document.readyState === 'complete' && location.host === 'item.test'"))
    throw std::runtime_error("the page does not load");
}

void Browser::SetScreen(
    int width, int height, double ratio, bool motion, const std::string& scheme, bool touch) {
  Call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", ratio}, {"mobile", touch}});
  Call("Emulation.setTouchEmulationEnabled", {{"enabled", touch}, {"maxTouchPoints", touch ? 5 : 1}});
  Json features = Json::array();
  features.push_back({{"name", "prefers-reduced-motion"}, {"value", motion ? "no-preference" : "reduce"}});
  features.push_back({{"name", "prefers-color-scheme"}, {"value", scheme}});
  Call("Emulation.setEmulatedMedia", {{"features", features}});
}

void Browser::Open(const std::filesystem::path& page) {
  Call("Page.navigate", {{"url", "file://" + page.string()}});
  if (!WaitFor("document.readyState === 'complete' && location.protocol === 'file:'"))
    throw std::runtime_error("the page does not load");
}

Json Browser::Evaluate(const std::string& expression) {
  const Json answer =
      Call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}});
  if (answer.contains("exceptionDetails")) throw std::runtime_error(answer["exceptionDetails"].dump());
  return answer["result"].value("value", Json());
}

bool Browser::WaitFor(const std::string& expression, double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (Evaluate("!!(" + expression + ")") == true) return true;
    SleepMs(20);
  }
  return false;
}

void Browser::Touch(const std::string& type, const std::vector<std::pair<double, double>>& points) {
  Json list = Json::array();
  int id = 0;
  for (const auto& [x, y] : points) list.push_back({{"x", x}, {"y", y}, {"id", id++}});
  Call("Input.dispatchTouchEvent", {{"type", type}, {"touchPoints", list}});
}

void Browser::Drag(double x0, double y0, double x1, double y1, bool touch, int rest_ms) {
  const auto mouse = [&](const char* type, double x, double y) {
    Call("Input.dispatchMouseEvent",
         {{"type", type}, {"x", x}, {"y", y}, {"button", "left"}, {"buttons", 1}, {"clickCount", 1}});
  };
  constexpr int kSteps = 10;
  touch ? Touch("touchStart", {{x0, y0}}) : mouse("mousePressed", x0, y0);
  for (int i = 1; i <= kSteps; ++i) {
    const double x = x0 + (x1 - x0) * i / kSteps, y = y0 + (y1 - y0) * i / kSteps;
    touch ? Touch("touchMove", {{x, y}}) : mouse("mouseMoved", x, y);
    SleepMs(16);
  }
  SleepMs(rest_ms);
  touch ? Touch("touchEnd", {}) : mouse("mouseReleased", x1, y1);
}

void Browser::Pinch(double x, double y, double before, double after) {
  const auto fingers = [&](double gap) {
    return std::vector<std::pair<double, double>>{{x - gap / 2, y}, {x + gap / 2, y}};
  };
  Touch("touchStart", fingers(before));
  for (int i = 1; i <= 8; ++i) Touch("touchMove", fingers(before + (after - before) * i / 8));
  Touch("touchEnd", {});
}

void Browser::Wheel(double x, double y, double dx, double dy) {
  Call("Input.dispatchMouseEvent",
       {{"type", "mouseWheel"}, {"x", x}, {"y", y}, {"deltaX", dx}, {"deltaY", dy}});
}

void Browser::Key(const std::string& key, int code) {
  Json event = {{"key", key}, {"windowsVirtualKeyCode", code}};
  for (const char* type : {"keyDown", "keyUp"}) {
    event["type"] = type;
    Call("Input.dispatchKeyEvent", event);
  }
}

Image Browser::Screenshot() {
  const Json shot = Call("Page.captureScreenshot", {{"format", "png"}});
  EncodedImage png{.format = "png", .bytes = FromBase64(shot["data"])};
  png.width = static_cast<int>(BigEndianAt(png.bytes, 16, 4));
  png.height = static_cast<int>(BigEndianAt(png.bytes, 20, 4));
  Result<Image> image = Decode(png, 3);
  if (!image) throw std::runtime_error("the screenshot does not decode");
  return std::move(*image);
}

}  // namespace rv::testing
