// SPDX-License-Identifier: Apache-2.0
// A Go program on a drive: it calls the kernel itself, no C library is in between. Says what kind of
// file the node is, whose name INQUIRY gives, and what the first bytes of the disc are.
package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// struct sg_io_hdr of <scsi/sg.h>
type sgIo struct {
	interfaceID    int32
	direction      int32
	cmdLength      uint8
	senseLengthMax uint8
	iovecCount     uint16
	length         uint32
	data           unsafe.Pointer
	cdb            unsafe.Pointer
	sense          unsafe.Pointer
	timeoutMs      uint32
	flags          uint32
	packID         int32
	userPointer    uintptr
	status         uint8
	maskedStatus   uint8
	messageStatus  uint8
	senseWritten   uint8
	hostStatus     uint16
	driverStatus   uint16
	residual       int32
	durationMs     uint32
	info           uint32
}

func main() {
	const sgIoRequest, fromDevice = 0x2285, -3
	file, err := os.OpenFile(os.Getenv("BURNRIG_DEVICE"), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	status, err := file.Stat()
	fmt.Println("mode", status.Mode(), err)
	cdb := [6]byte{0x12, 0, 0, 0, 36, 0}
	reply := [36]byte{}
	request := sgIo{interfaceID: 'S', direction: fromDevice, cmdLength: 6, length: 36,
		data: unsafe.Pointer(&reply), cdb: unsafe.Pointer(&cdb), timeoutMs: 10000}
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), sgIoRequest, uintptr(unsafe.Pointer(&request)))
	runtime.KeepAlive(&request)
	fmt.Println("inquiry", errno == 0, request.status, string(reply[8:15]))
	block := make([]byte, 2048)
	count, err := file.ReadAt(block, 0)
	fmt.Printf("read %d %x %v\n", count, block[:8], err)
}
