"""What the operating system and the TOML reader say went wrong, in both languages."""

from __future__ import annotations

import errno
import re
import tomllib

from cogov_sim import limits
from cogov_sim.language import Text, cut

_SYSTEM: dict[int, Text] = {
    errno.ENOENT: Text("no such file or folder", "没有这个文件或目录"),
    errno.EACCES: Text("permission denied", "没有权限"),
    errno.EPERM: Text("operation not permitted", "不允许这样操作"),
    errno.EISDIR: Text("it is a folder", "这是目录"),
    errno.ENOTDIR: Text("a part of the path is not a folder", "路径中有一段不是目录"),
    errno.EEXIST: Text("it exists already", "已经存在"),
    errno.ENAMETOOLONG: Text("the name is too long", "名称过长"),
    errno.ENOSPC: Text("no space left on the disk", "磁盘已满"),
    errno.EDQUOT: Text("your quota of the disk is used up", "磁盘配额已用完"),
    errno.EFBIG: Text("the file is too large", "文件过大"),
    errno.EROFS: Text("the disk is read-only", "磁盘只读"),
    errno.EIO: Text("the disk fails", "磁盘读写出错"),
    errno.ELOOP: Text("links lead in a circle", "链接循环"),
    errno.EINVAL: Text("the name or the file is not valid", "名称或文件无效"),
    errno.EBADF: Text("it is closed", "已关闭"),
    errno.EBUSY: Text("it is in use", "正被占用"),
    errno.EMFILE: Text("too many files are open", "打开的文件过多"),
    errno.ENOMEM: Text("not enough memory", "内存不足"),
}

#: How ``tomllib`` begins its messages, and what that is in Chinese.
_TOML = {
    "Invalid statement": "语句无效",
    "Expected newline or end of document after a statement": "语句之后应换行",
    "Expected '=' after a key": "键之后应有 =",
    "Expected ']' at the end of a table declaration": "表名之后应有 ]",
    "Expected ']]' at the end of an array declaration": "表数组名之后应有 ]]",
    "Expected": "缺少应有的符号",
    "Found invalid character": "有不允许的字符",
    "Illegal character": "有不允许的字符",
    "Cannot declare": "表重复声明",
    "Cannot redefine": "表重复声明",
    "Cannot overwrite a value": "同一个键重复赋值",
    "Cannot mutate immutable namespace": "不能再改动已写完的表",
    "Duplicate inline table key": "行内表的键重复",
    "Invalid initial character for a key part": "键的首字符无效",
    "Unclosed array": "数组缺少 ]",
    "Unclosed inline table": "行内表缺少 }",
    "Unescaped": "字符串中的反斜杠要写成两个",
    "Invalid hex value": "十六进制转义无效",
    "Escaped character is not a Unicode scalar value": "转义字符无效",
    "Unterminated string": "字符串缺少结束引号",
    "Invalid date or datetime": "日期无效",
    "Invalid value": "值无效",
}
_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


def of_system(error: OSError | RuntimeError) -> Text:
    """Why the system refused; in its own words where there are no others."""
    said = getattr(error, "strerror", None) or str(error)
    return _SYSTEM.get(getattr(error, "errno", None) or 0, Text(said, said))


def of_toml(error: tomllib.TOMLDecodeError) -> Text:
    """What is wrong with a TOML text, and where; in English, as ``tomllib`` says it."""
    said = cut(str(error), 2 * limits.SHOWN)
    words = next((zh for begin, zh in _TOML.items() if said.startswith(begin)), said)
    place = _PLACE.search(str(error))
    if place is None or words == said:
        return Text(said, said)
    return Text(said, f"第 {place[1]} 行第 {place[2]} 列：{words}" if place[1] else f"文件末尾：{words}")
