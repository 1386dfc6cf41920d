// SPDX-License-Identifier: Apache-2.0
// The bytes of a Python object (bytes, bytearray, memoryview, a numpy array ...) in place, for as
// long as this lives. The object cannot be resized meanwhile.
//
// Made and destroyed with the interpreter lock held; span() may be used without it.
#pragma once

#include <cstdint>
#include <span>

#include <pybind11/pybind11.h>

namespace burnrig::python {

class Buffer {
public:
    enum class For : std::uint8_t { reading, writing };

    /// Throws Python's own TypeError or BufferError.
    Buffer(pybind11::handle object, For use) {
        const int flags = use == For::writing ? PyBUF_WRITABLE : PyBUF_SIMPLE;
        if (PyObject_GetBuffer(object.ptr(), &view_, flags) != 0)
            throw pybind11::error_already_set();
    }
    ~Buffer() { PyBuffer_Release(&view_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    std::span<std::uint8_t> span() const {
        return {static_cast<std::uint8_t*>(view_.buf), static_cast<std::size_t>(view_.len)};
    }

private:
    Py_buffer view_{};
};

} // namespace burnrig::python
