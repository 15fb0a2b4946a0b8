// Draws its content only while it is in sight; a frame of the same size otherwise.
import { type ReactNode, useEffect, useRef, useState } from 'react';

export function WhenVisible({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [isVisible, setVisible] = useState(false);
  useEffect(() => {
    if (!box.current) return;
    const observer = new IntersectionObserver(([entry]) =>
      setVisible(entry?.isIntersecting ?? false),
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className="ou-screen">
      {isVisible && children}
    </div>
  );
}
